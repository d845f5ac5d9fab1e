import { describe, expect, it } from 'vitest'
import { toStoreError } from './sqlite-error.ts'

describe('what an SQLite error is to us', () => {
  it.each([
    ['SQLITE_BUSY', 5, 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['SQLITE_BUSY_SNAPSHOT', 517, 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['SQLITE_FULL', 13, 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['SQLITE_IOERR_WRITE', 778, 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['SQLITE_CONSTRAINT_UNIQUE', 2067, 'HOSTVITALS_DUPLICATE_ROW'],
    ['SQLITE_CONSTRAINT_PRIMARYKEY', 1555, 'HOSTVITALS_DUPLICATE_ROW'],
    ['SQLITE_CONSTRAINT_CHECK', 275, 'HOSTVITALS_STORE_BAD_VALUE'],
    ['SQLITE_CONSTRAINT_DATATYPE', 3091, 'HOSTVITALS_STORE_BAD_VALUE'],
    ['SQLITE_TOOBIG', 18, 'HOSTVITALS_STORE_BAD_VALUE'],
    ['SQLITE_ERROR, a table is missing', 1, 'HOSTVITALS_STORE_CONFIGURATION'],
    ['SQLITE_READONLY', 8, 'HOSTVITALS_STORE_CONFIGURATION'],
    ['SQLITE_CANTOPEN', 14, 'HOSTVITALS_STORE_CONFIGURATION'],
    ['SQLITE_NOTADB', 26, 'HOSTVITALS_STORE_CONFIGURATION'],
    ['an error of the driver', 0, 'HOSTVITALS_STORE_CONFIGURATION'],
  ])('%s (%i) is %s', (_name, code, expected) => {
    expect(toStoreError({ code, message: 'words of SQLite' }, '/data/metrics.db')).toMatchObject({
      code: expected,
      message: 'SQLite /data/metrics.db: words of SQLite',
    })
  })
})
