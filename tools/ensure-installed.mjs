// Runs before `npm start`, `npm test` and the others, under whatever Node and npm the machine has (18 and 9 are fine): installs what
// the lock file names when it is not there yet, so that a fresh clone needs no step of its own. No install scripts run.
// npm itself runs in one exact version under the pinned Node: an older npm leaves out the link to that Node, and under an older
// Node it leaves out every platform's package whose `engines` refuse that Node, both without a word.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { libraryFolderOf } from './node-library.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, '.cache')
const pinnedNode = join(root, 'node_modules/.bin/node')

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

function run(file, args, cwd, env = process.env) {
  const { status, error } = spawnSync(file, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
  if (status === 0) return
  process.stderr.write(
    `hostvitals: ${args.join(' ')} failed (${error?.message ?? 'its own message is above'}); check the network and the registry, then try again\n`,
  )
  process.exit(status ?? 1)
}

const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** The pinned Node and npm, fetched into a folder of their own by the machine's npm; the two paths to run. */
function bootstrap() {
  const nodes = readJson('tools/node/package.json').optionalDependencies
  const name = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`].find(
    (candidate) => candidate in nodes,
  )
  if (name === undefined) {
    process.stderr.write(`hostvitals: tools/node/package.json has no Node for ${process.platform} ${process.arch}\n`)
    process.exit(1)
  }
  const wanted = [`${name}@${nodes[name]}`, readJson('package.json').packageManager]
  const folder = join(cache, 'npm', wanted.join('-'))
  const node = join(folder, 'node_modules', name, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node')
  const npm = join(folder, 'node_modules/npm/bin/npm-cli.js')
  if (!existsSync(node) || !existsSync(npm)) {
    rmSync(join(cache, 'npm'), { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }')
    const machines = process.env['npm_execpath']
    const args = ['install', '--no-package-lock', '--no-workspaces', ...quietly, ...wanted]
    if (machines === undefined) run('npm', args, folder)
    else run(process.execPath, [machines, ...args], folder)
  }
  return [node, npm]
}

/** npm writes its own list last of all: what stands there as the lock file has it is there, whoever installed it. */
function isInstalled() {
  if (!existsSync(pinnedNode)) return false
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false
  const installed = readJson('node_modules/.package-lock.json').packages
  return Object.entries(readJson('package-lock.json').packages).every(([path, { version, optional, link }]) => {
    if (!path.startsWith('node_modules/') || link) return true
    const there = installed[path]
    return there === undefined ? optional === true : there.version === version
  })
}

/** Where the pinned Node lacks a library, a script that tells it where takes the place of npm's link. Both live in node_modules/. */
function linkLibrary() {
  const fetched = libraryFolderOf(pinnedNode, cache)
  if (fetched === undefined) return
  const node = resolve(join(root, 'node_modules/.bin'), readlinkSync(pinnedNode))
  const folder = join(root, 'node_modules/.libatomic')
  cpSync(fetched, folder, { recursive: true, verbatimSymlinks: true })
  rmSync(pinnedNode)
  const path = `'${folder}'"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`
  writeFileSync(pinnedNode, `#!/bin/sh\nLD_LIBRARY_PATH=${path} exec '${node}' "$@"\n`, { mode: 0o755 })
}

try {
  if (!isInstalled()) {
    process.stderr.write(
      'hostvitals: installing what package-lock.json names into node_modules/ (once, some seconds) …\n',
    )
    const [node, npm] = bootstrap()
    const folder = libraryFolderOf(node, cache)
    run(node, [npm, 'ci', ...quietly], root, { ...process.env, ...(folder && { LD_LIBRARY_PATH: folder }) })
  }
  if (process.platform === 'linux') linkLibrary()
} catch (error) {
  process.stderr.write(`hostvitals: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
