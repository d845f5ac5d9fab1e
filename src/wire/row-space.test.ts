import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { RowSpace } from './row-space.ts'

it('gives each row room that is its own and begins with zeros', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { maxLength: 12 }), (counts) => {
      const space = new RowSpace()
      const rows = counts.map((count, index) => {
        const row = space.take(count)
        expect(row.length).toBe(count)
        expect(row.every((number) => number === 0)).toBe(true)
        return row.fill(index + 1)
      })
      for (const [index, row] of rows.entries()) expect(row.every((number) => number === index + 1)).toBe(true)
    }),
  )
})
