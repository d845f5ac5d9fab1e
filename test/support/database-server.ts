import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chown, mkdtemp, open, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from './free-ports.ts'

/** A database server of one test. */
export interface DatabaseServer {
  /** Where its superuser connects. */
  readonly url: string
  /** Ends it calmly and removes its folder. */
  readonly stop: () => Promise<void>
  /** Ends it at once, with all its processes, as a power cut would; its folder stays. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same port and folder. */
  readonly start: () => Promise<void>
}

/** What one kind of database server differs in. The data lies in `data` under the server's folder. */
export interface DatabaseKind {
  readonly name: string
  /** Under which user and group it runs, where that is not the tests' own; its folder belongs to them. */
  readonly runsAs: number | undefined
  readonly calmSignal: NodeJS.Signals
  /** Makes the data folder. */
  readonly prepare: (folder: string) => Promise<void>
  readonly command: (folder: string, port: number) => readonly [program: string, ...args: readonly string[]]
  readonly url: (port: number) => string
  /** The data folder of the server at this address, by its own word. Throws while none answers. */
  readonly dataFolder: (url: string) => Promise<string>
}

/** Starts a server of this kind on a free port of 127.0.0.1, in a folder of its own. Throws what it wrote when it did not come up. */
export async function startDatabase(kind: DatabaseKind): Promise<DatabaseServer> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `hostvitals-${kind.name.toLowerCase()}-`)))
  try {
    if (kind.runsAs !== undefined) await chown(folder, kind.runsAs, kind.runsAs)
    await kind.prepare(folder)
    let child: ChildProcess | undefined
    let port = 0
    const deadline = Date.now() + 60_000
    while (child === undefined) {
      port = (await freePorts(1))[0] ?? 0
      child = await launch(kind, folder, port, deadline)
    }
    let running = child
    return {
      url: kind.url(port),
      stop: async () => {
        await end(running, kind.calmSignal)
        await rm(folder, { recursive: true, force: true })
      },
      kill: () => killAll(running),
      start: async () => {
        const again = Date.now() + 60_000
        let started = await launch(kind, folder, port, again)
        while (started === undefined) started = await launch(kind, folder, port, again)
        running = started
      },
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** The server, ready; undefined when it ended because its port, or what a killed one left behind, was not free yet. */
async function launch(
  kind: DatabaseKind,
  folder: string,
  port: number,
  deadline: number,
): Promise<ChildProcess | undefined> {
  const [program, ...args] = kind.command(folder, port)
  const logFile = join(folder, 'server.log')
  const log = await open(logFile, 'w')
  const user = kind.runsAs === undefined ? {} : { uid: kind.runsAs, gid: kind.runsAs }
  const child = spawn(program, args, { ...user, cwd: folder, stdio: ['ignore', log.fd, log.fd] })
  try {
    await once(child, 'spawn')
  } finally {
    await log.close()
  }
  for (;;) {
    try {
      // Where the port was taken, another server of the same kind may be who answers.
      const answered = await kind.dataFolder(kind.url(port))
      if ((await realpath(answered)) === join(folder, 'data')) return child
      throw new Error(`the server on port ${port} has its data in ${answered}`)
    } catch (cause) {
      const said = await readFile(logFile, 'utf8')
      const isLate = Date.now() > deadline
      if (hasEnded(child) && !isLate && /Address already in use|pre-existing shared memory/i.test(said))
        return undefined
      const ended = `${kind.name} ended with ${child.exitCode ?? child.signalCode} at its start`
      if (hasEnded(child)) throw new Error(`${ended}:\n${said.slice(-2000)}`, { cause })
      if (isLate) {
        await killAll(child)
        throw new Error(`${kind.name} did not answer within a minute:\n${said.slice(-2000)}`, { cause })
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const closed = once(child, 'close')
  child.kill(signal)
  await closed
}

/** PostgreSQL has a process for each client, which would go on with its statement after the death of the first. */
async function killAll(child: ChildProcess): Promise<void> {
  // Stopped first, so that it makes no further process meanwhile.
  child.kill('SIGSTOP')
  const children = childrenOf(child)
  await end(child, 'SIGKILL')
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }
}

function childrenOf(child: ChildProcess): readonly number[] {
  if (process.platform !== 'linux' || hasEnded(child)) return []
  const list = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
  return list.split(' ').filter(Boolean).map(Number)
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH'
}
