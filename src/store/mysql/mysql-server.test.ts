import { describe, expect, it } from 'vitest'
import { kindOf, relaxedOf } from './mysql-server.ts'

it.each([
  ['9.7.4-2', 'mysql', 'utf8mb4_0900_bin'],
  ['8.4.0', 'mysql', 'utf8mb4_0900_bin'],
  ['10.11.19-MariaDB-0+deb12u1', 'mariadb', 'utf8mb4_nopad_bin'],
  ['11.8.3-MariaDB', 'mariadb', 'utf8mb4_nopad_bin'],
])('takes %s for %s', (version, kind, collation) => {
  expect(kindOf(version, 'a server')).toEqual({ kind, collation })
})

it.each(['8.0.44', '5.7.40-log', '10.6.21-MariaDB', 'nonsense'])('refuses %s', (version) => {
  expect(() => kindOf(version, 'mysql db1:3306/vitals')).toThrow(
    `mysql db1:3306/vitals: the server is too old (${version})`,
  )
})

describe('what a server of MySQL or MariaDB has on disk when a commit returns', () => {
  it.each([
    [{ flush: 1, binlog: 1, sync: 1 }, []],
    [{ flush: 3, binlog: 0, sync: 0 }, []],
    [{ flush: 1, binlog: 0, sync: 0 }, []],
    [{ flush: 2, binlog: 0, sync: 1 }, ['innodb_flush_log_at_trx_commit = 2']],
    [{ flush: 1, binlog: 1, sync: 0 }, ['sync_binlog = 0']],
    [{ flush: 0, binlog: 1, sync: 100 }, ['innodb_flush_log_at_trx_commit = 0', 'sync_binlog = 100']],
  ])('%j', (syncing, expected) => {
    expect(relaxedOf(syncing)).toEqual(expected)
  })
})
