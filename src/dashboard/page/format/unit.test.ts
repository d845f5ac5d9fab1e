import { describe, expect, it } from 'vitest'
import { formatIn, formatValue, unitScale, unitWords } from './unit.ts'

describe('formatValue', () => {
  it.each([
    [0.124, '1', '12.4 %'],
    [1.5, '1', '150 %'],
    [0, 'By', '0 B'],
    [1536, 'By', '1.5 KiB'],
    [1_258_291, 'By/s', '1.2 MiB/s'],
    [-2048, 'By', '-2 KiB'],
    [0.0042, 's', '4.2 ms'],
    [0.000_000_5, 's', '500 ns'],
    [90, 's', '1.5 min'],
    [0, 's', '0 s'],
    [250, 'ms', '250 ms'],
    [0.5, 's/s', '50 %'],
    [7, '{message}', '7'],
    [7.25, '{message}/s', '7.25/s'],
    [12_345, '{thread}', '12.3 k'],
    [999, '', '999'],
    [1234, '', '1\u202f234'],
    [21.46, 'Cel', '21.5 °C'],
    [null, 'By', '—'],
    [undefined, 'By', '—'],
  ])('writes %s in %s as %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text)
  })
})

describe('unitScale', () => {
  it('writes all numbers of an axis in the unit of its peak', () => {
    const scale = unitScale('By', 6 * 1024 ** 3)
    expect([0, 2, 4, 6].map((gib) => formatIn(gib * 1024 ** 3, scale))).toEqual(['0 GiB', '2 GiB', '4 GiB', '6 GiB'])
  })
})

describe('unitWords', () => {
  it.each([
    ['1', '%'],
    ['By/s', 'bytes per second'],
    ['{message}', 'messages'],
    ['{error}/s', 'errors per second'],
    ['{process}', 'processes'],
    ['{query}', 'queries'],
    ['{day}', 'days'],
    ['{series}', 'series'],
    ['{file_descriptor}', 'file descriptors'],
    ['s/s', '% of the time'],
    ['rpm', 'rpm'],
    ['s', 'seconds'],
    ['Cel', '°C'],
    ['', ''],
  ])('calls %s %s', (unit, words) => {
    expect(unitWords(unit)).toBe(words)
  })
})
