import { expect, it } from 'vitest'
import { until } from './until.ts'

it('asks again while there is no answer or the question fails', async () => {
  let asked = 0
  const answer = await until('the third', async () => {
    asked++
    if (asked === 1) throw new Error('not there yet')
    return asked === 3 ? 'there' : undefined
  })
  expect([answer, asked]).toEqual(['there', 3])
})

it('gives up at the deadline, saying what was awaited and why the last question failed', async () => {
  const cause = new Error('nobody answers')
  const waiting = until('a row', () => Promise.reject(cause), 0)
  await expect(waiting).rejects.toThrow(expect.objectContaining({ message: '0 ms are over without a row', cause }))
})
