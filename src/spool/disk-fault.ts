import { hasCode } from '../runtime/error-code.ts'

const outOfSpace: readonly string[] = ['ENOSPC', 'EDQUOT']
// A broken sector, and what file systems say of their own damage.
const unreadable: readonly string[] = ['EIO', 'EBADMSG', 'EUCLEAN']

/** Whether a write failed for want of space, which removing something may mend. */
export function isOutOfSpace(error: unknown): boolean {
  return hasCode(error, ...outOfSpace)
}

/** Whether the medium itself cannot give what it holds, so that trying again is no use. */
export function isUnreadable(error: unknown): boolean {
  return hasCode(error, ...unreadable)
}

/** Whether a file is not there. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT')
}
