import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as errors from '../../src/runtime/errors.ts'

type ErrorClass = new (message: string) => errors.HostvitalsError

const exported: readonly unknown[] = Object.values(errors)
const classes = exported.filter(isErrorClass)

/** The base class is abstract and thus not one of them. */
function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'function' && Object.prototype.isPrototypeOf.call(errors.HostvitalsError, value)
}

const rows = readFileSync(join(import.meta.dirname, '../../docs/ERRORS.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `HOSTVITALS_'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
  .map(([, code, name, retryable, exitCode, when, action]) => ({ code, name, retryable, exitCode, when, action }))

describe('docs/ERRORS.md', () => {
  it('has one row for each class, and no other', () => {
    const listed = rows.map(({ name }) => name)
    expect(new Set(listed)).toEqual(new Set(classes.map(({ name }) => name)))
    expect(new Set(listed).size).toBe(listed.length)
  })

  it.each(classes.map((Class) => ({ Class, name: Class.name })))('says what $name is', ({ Class }) => {
    const error = new Class('test')
    const row = rows.find(({ name }) => name === error.name)
    expect(row).toMatchObject({
      code: error.code,
      name: Class.name,
      retryable: error.retryable ? 'yes' : 'no',
      exitCode: String(error.exitCode),
    })
    expect(row?.when).not.toBe('')
    expect(row?.action).not.toBe('')
  })

  it('gives each code to one class', () => {
    const codes = classes.map((Class) => new Class('test').code)
    expect(new Set(codes).size).toBe(codes.length)
  })
})
