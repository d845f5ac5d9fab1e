import { FormatError } from '../../runtime/errors.ts'

/**
 * What the reading gives, or undefined where a file is not in its documented form: for a group of many subjects, of which a
 * strange one is to cost itself alone. `onFault` is told.
 */
export function unlessStrange<T>(read: () => T, onFault?: (fault: FormatError) => void): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    onFault?.(error)
    return undefined
  }
}
