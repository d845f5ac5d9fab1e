import { describe, expect, it } from 'vitest'
import { addressText, parseMysqlAddress } from './mysql-address.ts'

describe('the address of a MySQL database', () => {
  it.each([
    ['mysql://metrics:secret@db1:3307/vitals', 'metrics@db1:3307/vitals'],
    ['mariadb://metrics@db1/vitals', 'metrics@db1:3306/vitals'],
    ['mysql://db1/vitals', 'db1:3306/vitals'],
    ['mysql://metrics@[::1]:3306/vitals', 'metrics@[::1]:3306/vitals'],
    ['mysql://me%40site:x@db1/my%2Dvitals', 'me@site@db1:3306/my-vitals'],
  ])('%s is for a person %s', (url, text) => {
    expect(addressText(parseMysqlAddress(url))).toBe(text)
  })

  it('gives the password as it is meant', () => {
    expect(parseMysqlAddress('mysql://metrics:p%40ss%2Fw%25rd@db1/vitals')).toMatchObject({
      user: 'metrics',
      password: 'p@ss/w%rd',
    })
  })

  it.each([
    ['no URL', 'p4ssword', 'is not a URL'],
    ['no host', 'mysql:///p4ssword', 'names no host'],
    ['no database', 'mysql://metrics:p4ssword@db1', 'names no database'],
    [
      'a parameter',
      'mysql://db1/vitals?user=metrics&password=p4ssword&user=other',
      'takes no parameters (it has user and password)',
    ],
    ['a lonely %', 'mysql://metrics:p4ssword%@db1/vitals', 'no two hexadecimal digits'],
  ])('with %s is refused without a word of its password', (_name, url, message) => {
    const parse = (): unknown => parseMysqlAddress(url)
    expect(parse).toThrow(expect.objectContaining({ code: 'HOSTVITALS_STORE_CONFIGURATION' }))
    expect(parse).toThrow(message)
    expect(parse).not.toThrow('p4ssword')
  })
})
