import { describe, expect, it } from 'vitest'
import { BrokerUnavailableError } from '../runtime/errors.ts'
import { acceptedTime } from './accepted-time.ts'
import { isRebalance, isRefusedRecord, toKafkaError } from './kafka-error.ts'

const connection = { brokers: ['b:1', 'b:2'], topic: 't' }

function refusal(apiId: string, serverErrorMessage?: string): AggregateError {
  return new AggregateError([Object.assign(new Error('protocol'), { apiId, serverErrorMessage })], 'Response')
}

describe('an error of the client', () => {
  it('of no known kind tells its roots on one line, each once, and keeps its cause', () => {
    const roots = [new Error('one\n thing'), new Error('x', { cause: new Error('other') }), new Error('other')]
    const cause = new AggregateError(roots, 'Kafka')
    const error = toKafkaError(cause, connection)
    expect(error).toBeInstanceOf(BrokerUnavailableError)
    expect(error.message).toBe('b:1, b:2: one thing; other')
    expect(error.cause).toBe(cause)
  })

  it('is passed on where it is ours already', () => {
    const ours = new BrokerUnavailableError('away')
    expect(toKafkaError(ours, connection)).toBe(ours)
  })

  it('tells records that are refused for themselves and rebalances from everything else', () => {
    expect(isRefusedRecord(refusal('MESSAGE_TOO_LARGE'))).toBe(true)
    expect(isRefusedRecord(refusal('NOT_LEADER_OR_FOLLOWER'))).toBe(false)
    expect(isRebalance(refusal('REBALANCE_IN_PROGRESS'))).toBe(true)
    expect(isRebalance(new Error('Connection closed'))).toBe(false)
  })
})

describe('the time that a broker accepts', () => {
  it.each([
    [
      'by its own word',
      'Timestamp 9 of message is out of range. The timestamp should be within [-5, 1795004600000]',
      1_795_004_600_000,
    ],
    ['none, where it does not say', 'out of range', -1],
    ['none, where its last time is no time', 'should be within [5, -9223372036854775808]', -1],
  ])('is %s', (_name, says, time) => {
    expect(acceptedTime(refusal('INVALID_TIMESTAMP', says))).toBe(time)
  })

  it('is not asked for where the time was not the reason', () => {
    expect(acceptedTime(refusal('MESSAGE_TOO_LARGE'))).toBeUndefined()
  })
})
