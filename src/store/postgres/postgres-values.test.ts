import { date, property, assert, double, array, oneof, constant } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNumbers, parseTime, toParameter } from './postgres-values.ts'

describe('a time as the server writes it', () => {
  it.each([
    ['2026-11-24 08:15:30.25+00', '2026-11-24T08:15:30.250Z'],
    ['2026-11-24 09:15:30+01', '2026-11-24T08:15:30.000Z'],
    ['2026-11-24 02:45:30.001-05:30', '2026-11-24T08:15:30.001Z'],
    ['1970-01-01 23:15:30-00:44:30', '1970-01-02T00:00:00.000Z'],
    ['2026-11-24 08:15:30.250999+00', '2026-11-24T08:15:30.250Z'],
    ['2026-11-24 08:15:30+00', '2026-11-24T08:15:30.000Z'],
    ['0044-03-15 08:15:30.5+00', '0044-03-15T08:15:30.500Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseTime(text).toISOString()).toBe(iso)
  })

  it.each([['24/11/2026 09:15:30.25 CET'], ['Tue Nov 24 09:15:30 2026 CET'], ['infinity'], ['2026-11-24 08:15:3x+00']])(
    '%s is refused',
    (text) => {
      expect(() => parseTime(text)).toThrow('datestyle')
    },
  )

  it('goes there and back', () => {
    const times = date({ min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true })
    assert(
      property(times, (time) => {
        const sent = String(toParameter(time))
        expect(parseTime(sent.replace('T', ' ').replace('Z', '+00'))).toEqual(time)
      }),
    )
  })
})

describe('an array of numbers as the server writes it', () => {
  it.each([
    ['{}', []],
    ['{NULL}', [Number.NaN]],
    ['{0.1,NULL,-5e-324,1.7976931348623157e+308}', [0.1, Number.NaN, -5e-324, 1.797_693_134_862_315_7e308]],
  ])('%s', (text, numbers) => {
    expect([...parseNumbers(text)]).toEqual(numbers)
  })

  it('is any array', () => {
    const numbers = array(oneof(double({ noDefaultInfinity: true, noNaN: true }), constant(Number.NaN)))
    assert(
      property(numbers, (given) => {
        const texts = given.map((each) => (Number.isNaN(each) ? 'NULL' : String(each)))
        const read = [...parseNumbers(`{${texts.join(',')}}`)]
        // Text has no sign for zero.
        expect(read.map((each) => each + 0)).toEqual(given.map((each) => each + 0))
      }),
    )
  })
})
