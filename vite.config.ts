import { join } from 'node:path'
import { defineConfig } from 'vite'

// Builds the dashboard's page into dist/page/. `npm run build:page`
export default defineConfig({
  root: join(import.meta.dirname, 'src/dashboard/page'),
  // Relative, so that the page stands behind any base path.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: join(import.meta.dirname, 'dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Nothing inline: the page's policy refuses it.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
  },
})
