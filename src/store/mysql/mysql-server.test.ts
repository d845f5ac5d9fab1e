import { expect, it } from 'vitest'
import { kindOf } from './mysql-server.ts'

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
