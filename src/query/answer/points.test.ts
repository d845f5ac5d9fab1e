import { describe, expect, it } from 'vitest'
import { inSteps, markGaps, together } from './points.ts'

describe('gaps', () => {
  it('marks a silence of more than three intervals', () => {
    expect(
      markGaps(
        [
          [0, 1],
          [10, 2],
          [41, 3],
        ],
        10,
      ),
    ).toEqual([
      [0, 1],
      [10, 2],
      [20, null],
      [41, 3],
    ])
  })
  it('knows nothing without an interval', () => {
    expect(
      markGaps(
        [
          [0, 1],
          [1000, 2],
        ],
        undefined,
      ),
    ).toEqual([
      [0, 1],
      [1000, 2],
    ])
  })
})

it('averages within steps and leaves empty ones null', () => {
  expect(
    inSteps(
      [
        [0, 2],
        [5, 4],
        [25, 9],
      ],
      { fromMs: 0, toMs: 30, stepMs: 10 },
    ),
  ).toEqual([
    [0, 3],
    [10, null],
    [20, 9],
  ])
})

it.each([
  [
    'sum',
    [
      [0, 3],
      [10, 5],
      [20, null],
    ],
  ],
  [
    'mean',
    [
      [0, 1.5],
      [10, 5],
      [20, null],
    ],
  ],
] as const)('puts series together by %s', (how, expected) => {
  const one = [
    [0, 1],
    [10, null],
    [20, null],
  ] as const
  const other = [
    [0, 2],
    [10, 5],
    [20, null],
  ] as const
  expect(together([one, other], how)).toEqual(expected)
})
