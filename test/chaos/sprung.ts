import { pause } from './progress.ts'
import type { World } from './world.ts'

const timeoutMs = 120_000

/** Waits until a trap on a line has sprung; that nothing walks into it is a violation. */
export async function sprung({ violations }: World, trap: Promise<void>): Promise<void> {
  const done = new AbortController()
  const late = pause(timeoutMs, done.signal).then(() => true)
  const isLate = await Promise.race([trap.then(() => false), late])
  done.abort()
  if (isLate) violations.push(`no message that was to be cut came in ${timeoutMs} ms`)
}
