import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchAt, TestAgent } from '../../test/support/arrived-records.ts'
import { anyValue, asForeign, asOurs, fuzz, poisonValues, wrongHeaders } from '../../test/support/poison.ts'
import type { ArrivedRecord } from '../metric/record.ts'
import { RecordError } from '../runtime/errors.ts'
import { RecordDecoder } from './decode.ts'

const agent = new TestAgent()
const [foreignPlace] = batchAt(7n, [asForeign(new Uint8Array(0))]).records

function placed(value: Uint8Array): ArrivedRecord {
  return { ...foreignPlace, ...asForeign(value) }
}

/** 'decoded', or the sentence that it is refused with. Anything but a RecordError is thrown on. */
function outcomeOf(record: ArrivedRecord, decoder = new RecordDecoder()): string {
  try {
    decoder.decode(record)
    return 'decoded'
  } catch (error) {
    if (error instanceof RecordError) return error.message
    throw error
  }
}

/** Poison that only a store can judge. */
const laterJudged = new Set(['a time in the year 2554', 'a time two hours ahead'])

describe('poison is refused with a sentence', () => {
  const judged = Object.entries(poisonValues).filter(([name]) => !laterJudged.has(name))

  it.each(judged)('%s', (_name, make) => {
    const value = make()
    for (const record of [placed(value), asOurs(agent, 1, value)]) expect(outcomeOf(record)).not.toBe('decoded')
  })

  it.each(Object.entries(wrongHeaders(agent)))('a header with %s', (_name, record) => {
    expect(outcomeOf(record)).not.toBe('decoded')
  })
})

describe('whatever comes', () => {
  it('is decoded or refused, by one that remembers as by one that does not', () => {
    const remembering = new RecordDecoder()
    fc.assert(
      fc.property(anyValue, (value) => {
        for (const record of [placed(value), asOurs(agent, 1, value)]) {
          expect(outcomeOf(record, remembering)).toBe(outcomeOf(record))
        }
      }),
      { ...fuzz, numRuns: 3000 },
    )
  })

  it('takes memory in bounds: a consumer that has seen it all has not grown', () => {
    const decoder = new RecordDecoder()
    const values = Object.values(poisonValues).map((make) => make())
    const rounds = (count: number): void => {
      for (let round = 0; round < count; round++) for (const value of values) outcomeOf(placed(value), decoder)
    }
    rounds(2)
    const before = process.memoryUsage()
    rounds(20)
    const after = process.memoryUsage()
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
    // All values of all rounds are some 180 MB; garbage that was not collected yet is allowed.
    expect(grown).toBeLessThan(150_000_000)
  })
})
