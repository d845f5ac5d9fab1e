// Runs before `npm start`, `npm test` and the others, under whatever Node the machine has (20 is fine): installs what the lock
// file names when it is not there yet, so that a fresh clone needs no step of its own. No install scripts run.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const stamp = join(root, 'node_modules/.hostvitals-installed')
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')

const isInstalled =
  existsSync(stamp) && readFileSync(stamp, 'utf8') === lock && existsSync(join(root, 'node_modules/.bin/node'))
if (!isInstalled) {
  process.stderr.write(
    'hostvitals: installing what package-lock.json names into node_modules/ (once, some seconds) …\n',
  )
  const npm = process.env['npm_execpath']
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const run =
    npm === undefined
      ? spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
      : spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
  if (run.status !== 0) {
    process.stderr.write(
      'hostvitals: npm ci failed (its own message is above); check the network and the registry, then try again\n',
    )
    process.exit(run.status ?? 1)
  }
  writeFileSync(stamp, lock)
}
