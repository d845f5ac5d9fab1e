import { expect, it } from 'vitest'
import { parseStoreLocation } from './store-location.ts'

it.each([
  ['sqlite:metrics.db', { kind: 'sqlite', file: 'metrics.db' }],
  ['sqlite:/var/lib/hostvitals/metrics.db', { kind: 'sqlite', file: '/var/lib/hostvitals/metrics.db' }],
  ['sqlite:///var/metrics.db', { kind: 'sqlite', file: '/var/metrics.db' }],
  ['postgres://me:pw@db1:5432/vitals', { kind: 'postgres', url: 'postgres://me:pw@db1:5432/vitals' }],
  ['postgresql://db1/vitals', { kind: 'postgres', url: 'postgresql://db1/vitals' }],
  ['mysql://me@db1/vitals', { kind: 'mysql', url: 'mysql://me@db1/vitals' }],
  ['mariadb://me@db1/vitals', { kind: 'mysql', url: 'mysql://me@db1/vitals' }],
])('reads %s', (text, location) => {
  expect(parseStoreLocation(text)).toEqual(location)
})

it.each([
  ['', 'the store is not a URL'],
  ['metrics.db', 'the store is not a URL'],
  ['sqlite:', "the store 'sqlite:' names no file"],
  ['sqlite://host/file', "the store 'sqlite:' names no file"],
  ['mongodb://u:secret@host/db', "there is no store of kind 'mongodb'"],
  ['postgres://u:secret@host', "the store 'postgres://host' names no database"],
  ['postgres:///vitals', "the store 'postgres://…' names no host"],
])('refuses %j and says which forms there are', (text, message) => {
  const fault = expect.objectContaining({ message, exitCode: 2, nextStep: expect.stringContaining('sqlite:FILE') })
  expect(() => parseStoreLocation(text)).toThrow(fault)
})

it('never repeats a password', () => {
  const refused = expect.objectContaining({ message: expect.not.stringContaining('secret') })
  expect(() => parseStoreLocation('postgres://u:secret@host')).toThrow(refused)
})
