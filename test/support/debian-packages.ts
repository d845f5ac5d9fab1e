import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { parseEnv, promisify } from 'node:util'

const run = promisify(execFile)

/** A server among Debian's packages. */
export interface DebianPackage {
  /** The package; what it depends upon comes with it. */
  readonly name: string
  /** `own`: the release that the machine runs; `sid`: Debian's newest, for what the own release lacks. */
  readonly release: 'own' | 'sid'
  /** Paths from `/` of the programs that will be called, where `*` and `{a,b}` stand for what is there. */
  readonly programs: string
}

/**
 * The folder into which a Debian package and all it needs is unpacked, down to its C library: nothing of the machine's own
 * is used or changed, and no right of root is needed. Fetched once, said on stderr. Throws on a machine that is not Debian
 * (for `own` also Ubuntu), and when apt cannot fetch.
 */
export async function unpackedPackage(wanted: DebianPackage): Promise<string> {
  const source = await sourceOf(wanted.release)
  const cache = await cacheFolder()
  const folder = join(cache, `${wanted.name}-${source.release}`)
  if (existsSync(folder)) return folder
  const made = await mkdtemp(join(cache, `${wanted.name}-new-`))
  try {
    // mkdtemp lets in its owner alone, and PostgreSQL runs as somebody else where the tests are root.
    await chmod(made, 0o755)
    const root = join(made, 'root')
    for (const archive of await fetch(wanted.name, source, made, folder)) await run('dpkg-deb', ['-x', archive, root])
    const programs = globSync(join(root, wanted.programs))
    if (programs.length === 0) throw new Error(`the package ${wanted.name} holds no ${wanted.programs}`)
    for (const program of programs) await runWithOwnLibraries(program, root)
    // Renamed when whole, so that a run that was interrupted leaves no half cache; another run may have been first.
    await rename(root, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  return folder
}

/** `HOSTVITALS_TEST_CACHE`, else a folder of this user. */
async function cacheFolder(): Promise<string> {
  const isRoot = process.getuid?.() === 0
  // Nobody but root may enter root's home, and PostgreSQL refuses to run as root.
  const usual = isRoot ? '/var/tmp/hostvitals-test' : join(homedir(), '.cache/hostvitals-test')
  const folder = process.env['HOSTVITALS_TEST_CACHE'] ?? usual
  await mkdir(folder, { recursive: true })
  // In a place where all may write, somebody else may have made it first, with programs of theirs.
  if (isRoot && (await stat(folder)).uid !== 0) throw new Error(`${folder} belongs to another user; remove it`)
  return folder
}

interface Source {
  readonly mirror: string
  readonly release: string
  readonly components: string
  readonly keyring: string
}

/** Where the machine's own apt fetches from. */
async function sourceOf(release: DebianPackage['release']): Promise<Source> {
  const notHere = 'it is not installed, and can only be fetched on Debian'
  if (!existsSync('/etc/os-release') || !existsSync('/usr/bin/apt-get')) throw new Error(notHere)
  const { ID: id, VERSION_CODENAME: own } = parseEnv(await readFile('/etc/os-release', 'utf8'))
  const isUbuntu = id === 'ubuntu' && release === 'own'
  if (own === undefined || (id !== 'debian' && !isUbuntu)) throw new Error(`${notHere}; this is ${id ?? 'unknown'}`)
  const texts = globSync(['/etc/apt/sources.list', '/etc/apt/sources.list.d/*']).map((file) => readFile(file, 'utf8'))
  const lines = (await Promise.all(texts)).join('\n').replaceAll(/^\s*#.*$/gm, '')
  const mirror = /https?:\/\/[^\s\]]+\/(?:debian|ubuntu|ubuntu-ports)\/?(?=\s|$)/.exec(lines)?.[0]
  return {
    mirror: mirror ?? (isUbuntu ? 'http://archive.ubuntu.com/ubuntu' : 'http://deb.debian.org/debian'),
    release: release === 'own' ? own : release,
    components: isUbuntu ? 'main universe' : 'main',
    keyring: `/usr/share/keyrings/${id}-archive-keyring.gpg`,
  }
}

/** Fetches the package and its dependencies with an apt of its own in `folder`; the archives' paths. */
async function fetch(name: string, source: Source, folder: string, target: string): Promise<readonly string[]> {
  const settings = join(folder, 'apt.conf')
  const archives = join(folder, 'archives')
  await mkdir(join(folder, 'lists/partial'), { recursive: true })
  await mkdir(join(archives, 'partial'), { recursive: true })
  await writeFile(join(folder, 'status'), '')
  await writeFile(
    join(folder, 'sources.list'),
    `deb [signed-by=${source.keyring}] ${source.mirror} ${source.release} ${source.components}\n`,
  )
  await writeFile(settings, aptSettings(folder))
  await run('apt-get', ['-qq', '-c', settings, 'update'])
  const install = ['-qq', '-c', settings, 'install', '-y', '--no-install-recommends']
  const { stdout: list } = await run('apt-get', [...install, '--print-uris', name], { maxBuffer: 16 * 2 ** 20 })
  const bytes = [...list.matchAll(/^'.*' \S+ (\d+) /gm)].reduce((sum, [, size]) => sum + Number(size), 0)
  process.stderr.write(
    `${name}: fetching it and what it needs from ${source.mirror} ${source.release} into ${target} (${Math.ceil(bytes / 1e6)} MB, once)\n`,
  )
  await run('apt-get', [...install, '--download-only', name], { maxBuffer: 16 * 2 ** 20 })
  return (await readdir(archives)).filter((file) => file.endsWith('.deb')).map((file) => join(archives, file))
}

/** An apt that knows no installed package, keeps all it writes in this folder, and leaves the machine's hooks alone. */
function aptSettings(folder: string): string {
  return [
    '#clear APT::Update::Pre-Invoke;',
    '#clear APT::Update::Post-Invoke;',
    '#clear APT::Update::Post-Invoke-Success;',
    `Dir::State "${folder}";`,
    `Dir::State::lists "${folder}/lists";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::Cache "${folder}";`,
    `Dir::Cache::archives "${folder}/archives";`,
    `Dir::Etc::sourcelist "${folder}/sources.list";`,
    'Dir::Etc::sourceparts "-";',
    'Acquire::Languages "none";',
    'APT::Sandbox::User "root";',
    '',
  ].join('\n')
}

/** Puts a script in the program's place that runs it with the loader and the libraries of its own folder, wherever that is moved. */
async function runWithOwnLibraries(program: string, root: string): Promise<void> {
  const [loader] = globSync(join(root, '{lib,usr/lib}/*/ld-linux*.so.*'))
  if (loader === undefined) throw new Error(`no loader came with ${basename(program)}`)
  const up = relative(dirname(program), root)
  const libraries = ['lib', 'usr/lib'].map((path) => `$here/${up}/${path}/${basename(dirname(loader))}`).join(':')
  await rename(program, `${program}.unpacked`)
  await writeFile(
    program,
    `#!/bin/sh
here=\${0%/*}
exec "$here/${up}/${relative(root, loader)}" --library-path "${libraries}" "$0.unpacked" "$@"
`,
    { mode: 0o755 },
  )
}
