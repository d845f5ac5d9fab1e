import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const stripEach = `
const { readFileSync } = require('node:fs')
const { stripTypeScriptTypes } = require('node:module')
const stripped = process.argv.slice(1).map((file) => {
  try {
    return stripTypeScriptTypes(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
})
process.stdout.write(JSON.stringify(stripped))
`
const patienceMs = 20_000
const mostBytes = 64 * 2 ** 20

/**
 * The text of TypeScript files without their types, by URL, every line and column where it was. Another Node does it and ends:
 * what it needs for that is 19 MB, which this process would keep for as long as it runs. A file that it cannot read or
 * understand is not among them, and none is where it cannot be started: the file is then loaded as Node itself does it, which
 * also says best what is wrong with it.
 */
export function stripTypes(urls: readonly string[]): ReadonlyMap<string, string> {
  try {
    const args = ['--no-warnings', '--eval', stripEach, '--', ...urls.map((url) => fileURLToPath(url))]
    const said = execFileSync(process.execPath, args, {
      encoding: 'utf8',
      // What is loaded into every Node is not for this one.
      env: { ...process.env, NODE_OPTIONS: '' },
      maxBuffer: mostBytes,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: patienceMs,
    })
    const stripped: unknown = JSON.parse(said)
    const texts: readonly unknown[] = Array.isArray(stripped) ? stripped : []
    return new Map(
      urls.flatMap((url, index) => {
        const text = texts[index]
        return typeof text === 'string' ? [[url, text] as const] : []
      }),
    )
  } catch {
    return new Map()
  }
}
