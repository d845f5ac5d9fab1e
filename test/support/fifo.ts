import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { onTestFinished } from 'vitest'

/** A file that does not answer who reads it, as a device that hangs, until `answer`; the test's end answers in any case. */
export function fifo(path: string): { readonly answer: () => void } {
  execFileSync('mkfifo', [path])
  const answer = (): void => {
    try {
      closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK))
    } catch {
      // Nobody reads it now, or it is gone: there is nobody to answer.
    }
  }
  onTestFinished(answer)
  return { answer }
}
