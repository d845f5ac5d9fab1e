import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DashboardApp, DashboardContext, DashboardOptions } from '../dashboard-options.ts'
import { hasCode } from '../../runtime/error-code.ts'

/** The addresses of the page itself; each shows another part of it. */
const pageAddresses = ['/', '/hosts', '/hosts/:uid', '/compare', '/metrics', '/pipeline', '/events', '/login']

/** Vite names what it builds by its content, so that it may be kept for ever. */
const hashed = /-[\w-]{8,}\.\w+$/
const assetName = /^[\w][\w.-]*$/

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
}

const unbuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>hostvitals</title></head><body>
<h1>The page is not built</h1>
<p>The server answers at <a href="api/hosts">/api/hosts</a>, but the folder of the page is empty.
In a clone of the repository run <code>npm run build</code>, then load this again. The published package brings the page along.</p>
</body></html>
`

/** The page that Vite built: one document for all its addresses, and its assets. */
export function addPage(app: DashboardApp, { pageFolder, base }: DashboardOptions): void {
  for (const address of pageAddresses) {
    app.get(address, async (context) => {
      const built = await readText(join(pageFolder, 'index.html'))
      const html = built === undefined ? unbuilt : placedAt(base, built)
      return withTag(context, html, types['html'] ?? 'text/html', 'no-cache')
    })
  }
  app.get('/assets/:name', async (context) => serveFile(context, join(pageFolder, 'assets'), context.req.param('name')))
  app.get('/:name{[\\w-]+\\.(?:svg|ico|png|json)}', async (context) =>
    serveFile(context, pageFolder, context.req.param('name')),
  )
}

async function serveFile(context: DashboardContext, folder: string, name: string): Promise<Response> {
  const bytes = assetName.test(name) ? await readBytes(join(folder, name)) : undefined
  if (bytes === undefined) return context.notFound()
  const type = types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
  return withTag(context, bytes, type, hashed.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache')
}

/** Vite writes addresses from the root; below a proxy's path they begin with that, and the page is told it. */
function placedAt(base: string, html: string): string {
  return html
    .replaceAll(/(\b(?:src|href)=")\.?\/(?!\/)/g, `$1${base}/`)
    .replace('<head>', `<head><meta name="hostvitals-base" content="${base}">`)
}

function withTag(
  context: DashboardContext,
  body: string | Uint8Array<ArrayBuffer>,
  type: string,
  cache: string,
): Response {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  const headers = { 'content-type': type, 'cache-control': cache, etag: tag }
  const known =
    context.req
      .header('if-none-match')
      ?.replaceAll('W/', '')
      .split(/\s*,\s*/) ?? []
  return known.includes(tag) ? context.body(null, 304, headers) : context.body(body, 200, headers)
}

async function readText(file: string): Promise<string | undefined> {
  const bytes = await readBytes(file)
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes)
}

async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readFile(file)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}
