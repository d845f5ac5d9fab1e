// Node 26 needs libatomic.so.1, which a bare Debian does not have. Where it is missing, and apt-get is there, it is fetched into a
// folder of our own, without root and without touching the system.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

const library = 'libatomic.so.1'
const toInstall = 'install it: `apt-get install libatomic1` (Debian, Ubuntu) or `dnf install libatomic` (Fedora)'

/** The folder that must stand in LD_LIBRARY_PATH for this Node to start; undefined where it starts without. */
export function libraryFolderOf(node, cache) {
  const { status, stderr } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  if (status === 0) return undefined
  if (!stderr?.includes(library)) throw new Error(`${node} does not start: ${stderr}`)
  const folder = join(cache, 'libatomic')
  return find(folder) ?? fetch(folder)
}

function find(folder) {
  try {
    const path = readdirSync(folder, { recursive: true }).find((entry) => entry.endsWith(library))
    return path === undefined ? undefined : join(folder, dirname(path))
  } catch {
    return undefined // the folder is not there yet
  }
}

function fetch(folder) {
  process.stderr.write(
    `hostvitals: fetching ${library}, which Node needs (10 kB, and Debian's list of packages, 9 MB) into .cache/ …\n`,
  )
  const [state, cache] = [join(folder, 'state'), join(folder, 'cache')]
  for (const path of [join(state, 'lists/partial'), join(cache, 'archives/partial')])
    mkdirSync(path, { recursive: true })
  const apt = [
    `Dir::State=${state}`,
    `Dir::Cache=${cache}`,
    'Dir::State::status=/var/lib/dpkg/status',
    'APT::Sandbox::User=root',
  ]
  const options = ['-qq', ...apt.flatMap((option) => ['-o', option])]
  for (const [file, ...args] of [
    ['apt-get', ...options, 'update'],
    ['apt-get', ...options, 'download', 'libatomic1'],
    ['sh', '-c', 'dpkg-deb -x libatomic1_*.deb .'],
  ]) {
    const { status, stderr, error } = spawnSync(file, args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0)
      throw new Error(
        `Node needs ${library} and it could not be fetched (${error?.message ?? stderr.trim()}); ${toInstall}`,
      )
  }
  for (const path of [state, cache]) rmSync(path, { recursive: true, force: true })
  return find(folder)
}
