import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, rm, statfs } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { isOutOfSpace } from '../../src/spool/disk-fault.ts'
import type { Command } from './supervised.ts'

/** A file system in memory of 32 MiB, which only the processes that are led onto it see; gone when this process is. */
export interface SmallDisk extends AsyncDisposable {
  /** Where it is, for a process on it. */
  readonly path: string
  /** The command, run where the disk is seen. */
  readonly onDisk: (command: Command) => Command
  /** Takes all of its free bytes, as a log that grows would; again, those that were freed since. */
  readonly fill: () => Promise<void>
  /** Gives them back. */
  readonly free: () => Promise<void>
}

/** Makes one at this path. Undefined where this machine lets nobody mount one, and why. */
export async function makeSmallDisk(path: string): Promise<SmallDisk | { readonly missing: string }> {
  await mkdir(path, { recursive: true })
  // The shell keeps the mount while it waits for its input to end: it ends with this process, however that ends.
  const keeper = spawn(
    'unshare',
    [
      '--map-root-user',
      '--mount',
      'sh',
      '-c',
      'mount -t tmpfs -o size=32m,mode=700 none "$0" && echo ready && cat',
      path,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const said: string[] = []
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  const closed = closing(keeper)
  const isReady = await Promise.race([
    once(createInterface({ input: keeper.stdout }), 'line').then(() => true),
    closed.then(() => false),
  ])
  if (!isReady) return { missing: said.join('').trim() || 'unshare could not be started' }
  const filler = `/proc/${keeper.pid}/root${path}/filler`
  return {
    path,
    onDisk: ({ program, args, cwd }) => ({
      program: 'nsenter',
      args: ['--preserve-credentials', '--user', '--mount', '--target', String(keeper.pid), program, ...args],
      cwd,
    }),
    fill: async () => {
      const { bavail, bsize } = await statfs(`/proc/${keeper.pid}/root${path}`)
      try {
        await appendFile(filler, Buffer.alloc(bavail * bsize))
      } catch (error) {
        // The spool was faster: full all the same.
        if (!isOutOfSpace(error)) throw error
      }
    },
    free: async () => rm(filler, { force: true }),
    [Symbol.asyncDispose]: async () => {
      keeper.stdin.end()
      await closed
    },
  }
}

/** Resolves when it is gone, also where it never came. */
async function closing(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve())
    child.once('close', () => resolve())
  })
}
