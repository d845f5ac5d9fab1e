// Runs before `npm start` and `npm run hostvitals`, after ensure-installed.mjs: builds the dashboard's page into dist/page/ when it is
// missing or older than its source, without a word. Two at once do no harm: each builds beside and puts its folder in place.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const page = join(root, 'dist/page')
const sources = ['src/dashboard/page', 'src/dashboard/api.ts', 'vite.config.ts', 'package-lock.json']

/** The newest change below a path, in milliseconds; 0 where there is nothing. */
function newest(path) {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return 0
  if (!status.isDirectory()) return status.mtimeMs
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

function build() {
  mkdirSync(join(root, 'dist'), { recursive: true })
  const folder = mkdtempSync(join(root, 'dist/page-'))
  try {
    const vite = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error', '--outDir', folder]
    const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }
    const { status, stderr, stdout } = spawnSync(join(root, 'node_modules/.bin/node'), vite, options)
    if (status !== 0) throw new Error(`the dashboard's page could not be built: ${stderr}${stdout}`)
    rmSync(page, { recursive: true, force: true })
    renameSync(folder, page)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  const built = statSync(join(page, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (Math.max(...sources.map((path) => newest(join(root, path)))) > built) build()
} catch (error) {
  process.stderr.write(`hostvitals: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
