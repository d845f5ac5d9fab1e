import {
  DuplicateRowError,
  type HostvitalsError,
  StoreBadValueError,
  StoreConfigurationError,
  StoreUnavailableError,
} from '../../runtime/errors.ts'
import type { SqliteFailure } from './sqlite-message.ts'

type Class = 'unavailable' | 'bad value' | 'duplicate'

/**
 * SQLite's result codes, from code to class. Extended codes stand before the primary ones, which are their low byte; what
 * is not listed is configuration. Source: sqlite.org/rescode.html.
 */
const classes: ReadonlyMap<number, Class> = new Map<number, Class>([
  [1555, 'duplicate'], // SQLITE_CONSTRAINT_PRIMARYKEY
  [2067, 'duplicate'], // SQLITE_CONSTRAINT_UNIQUE
  [5, 'unavailable'], // SQLITE_BUSY: another process writes
  [6, 'unavailable'], // SQLITE_LOCKED
  [7, 'unavailable'], // SQLITE_NOMEM
  [9, 'unavailable'], // SQLITE_INTERRUPT
  [10, 'unavailable'], // SQLITE_IOERR: nothing was stored, and a disk may come back
  [13, 'unavailable'], // SQLITE_FULL
  [15, 'unavailable'], // SQLITE_PROTOCOL: the race for the write-ahead log's lock was lost
  [17, 'unavailable'], // SQLITE_SCHEMA: changed meanwhile, prepared anew next time
  [18, 'bad value'], // SQLITE_TOOBIG
  [19, 'bad value'], // SQLITE_CONSTRAINT otherwise
  [20, 'bad value'], // SQLITE_MISMATCH
  [25, 'bad value'], // SQLITE_RANGE
])

const nextSteps: ReadonlyMap<number, string> = new Map([
  [1, 'bring the schema up to date with `hostvitals migrate`, or check that this is the right database'],
  [3, 'give the user that runs hostvitals the right to read and write the file'],
  [8, 'give the user that runs hostvitals the right to write the file and its folder'],
  [11, 'the file is damaged: restore a copy, or move it aside to begin a new one'],
  [13, 'free some space on its disk'],
  [14, 'check that the folder exists and may be written to'],
  [26, 'choose another file: this one is not an SQLite database'],
])

/** What a failure of SQLite is to us. The file's path is in the message, SQLite's own words are the cause. */
export function toStoreError(failure: SqliteFailure, file: string): HostvitalsError {
  const primary = failure.code & 0xff
  const nextStep = nextSteps.get(primary)
  const message = `SQLite ${file}: ${failure.message}`
  const options = { cause: failure, ...(nextStep === undefined ? {} : { nextStep }) }
  switch (classes.get(failure.code) ?? classes.get(primary)) {
    case 'duplicate':
      return new DuplicateRowError(message, options)
    case 'unavailable':
      return new StoreUnavailableError(message, options)
    case 'bad value':
      return new StoreBadValueError(message, options)
    case undefined:
      return new StoreConfigurationError(message, options)
  }
}
