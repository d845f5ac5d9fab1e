import { expect, it } from 'vitest'
import { FaultLog } from './fault-log.ts'
import { tooLittle } from './too-little.ts'

it('is nothing where records were accepted, and something was killed', () => {
  const log = new FaultLog()
  log.killed('agent')
  log.done({ kind: 'agent killed', recoveryMs: undefined })
  expect(tooLittle(1, log)).toEqual([])
  expect(tooLittle(0, log)).toEqual(['nothing was accepted'])
})

it('is a run without a fault, or without a kill', () => {
  const log = new FaultLog()
  const [noFault, noKill] = ['no fault happened, so nothing is proven', 'nothing was killed, so nothing is proven']
  expect(tooLittle(1, log)).toEqual([noFault, noKill])
  log.done({ kind: 'acknowledgement lost', recoveryMs: 100 })
  expect(tooLittle(1, log)).toEqual([noKill])
})
