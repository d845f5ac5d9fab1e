import { expect, it } from 'vitest'
import { parsePressure } from './pressure.ts'

it('parses what the kernel writes', () => {
  const text =
    'some avg10=69.72 avg60=36.63 avg300=26.81 total=11671586600\nfull avg10=0.00 avg60=0.37 avg300=0.33 total=1\n'
  expect([...parsePressure('pressure/io', Buffer.from(text))]).toEqual([
    ['some', { seconds: 11_671.5866, shares: { '10s': 0.6972, '60s': 0.3663, '300s': 0.2681 } }],
    ['full', { seconds: 0.000_001, shares: { '10s': 0, '60s': 0.0037, '300s': 0.0033 } }],
  ])
})

it.each([
  ['cut off', 'some avg10=0.00 avg60=0.0'],
  ['words', 'some avg10=a avg60=0.00 avg300=0.00 total=1'],
  ['no total', 'some avg10=0.00 avg60=0.00 avg300=0.00 total='],
  ['binary', '\u0000\u0001\u0002'],
])('refuses what is %s, naming the file', (_what, text) => {
  expect(() => parsePressure('pressure/io', Buffer.from(text))).toThrow(/^pressure\/io: /)
})
