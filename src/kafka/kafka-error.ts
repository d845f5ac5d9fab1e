import { BrokerRefusedError, BrokerUnavailableError, HostvitalsError } from '../runtime/errors.ts'
import type { KafkaConnection } from './client-options.ts'
import { kafkaFaults } from './kafka-faults.ts'

/**
 * The client's errors as ours: BrokerRefusedError where the broker was reached and says no, else BrokerUnavailableError.
 * The sentence says which broker and what is wrong; the cause is kept.
 */
export function toKafkaError(
  error: unknown,
  { brokers, topic }: Pick<KafkaConnection, 'brokers' | 'topic'>,
): HostvitalsError {
  if (error instanceof HostvitalsError) return error
  const text = wordsOf(error)
  const fault = kafkaFaults.find(({ pattern }) => pattern.test(text))
  const where = brokers.join(', ')
  if (fault === undefined) {
    return new BrokerUnavailableError(`${where}: ${rootsOf(error)}`, {
      cause: error,
      nextStep: 'check that the broker runs and can be reached from here',
    })
  }
  const message = `${where}: ${fault.says.replace('TOPIC', topic)}`
  const options = { cause: error, nextStep: fault.nextStep.replace('TOPIC', topic) }
  return fault.refused ? new BrokerRefusedError(message, options) : new BrokerUnavailableError(message, options)
}

/** True where the broker refuses these records for themselves: too large, or not a record at all. */
export function isRefusedRecord(error: unknown): boolean {
  return /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|INVALID_RECORD|CORRUPT_MESSAGE/.test(wordsOf(error))
}

/** True for what passes by itself within moments, as an election does. */
export function isPassing(error: unknown): boolean {
  const text = wordsOf(error)
  return kafkaFaults.find(({ pattern }) => pattern.test(text))?.passes === true
}

/** True where the group is only being arranged anew: joining again is all there is to do. */
export function isRebalance(error: unknown): boolean {
  return /REBALANCE_IN_PROGRESS|UNKNOWN_MEMBER_ID|ILLEGAL_GENERATION|MEMBER_ID_REQUIRED/.test(wordsOf(error))
}

/** Messages, codes and protocol ids of an error, its causes and its parts: the client nests them all. */
export function wordsOf(error: unknown): string {
  return everyError(error)
    .flatMap((each) => ['message', 'code', 'apiId', 'serverErrorMessage'].map((key) => wordAt(each, key)))
    .filter((word) => word !== '')
    .join(' ')
}

/** The messages of the errors that have no further cause, on one line. */
function rootsOf(error: unknown): string {
  const roots = everyError(error).filter((each) => partsOf(each).length === 0)
  const texts = roots.map((root) => wordAt(root, 'serverErrorMessage') || wordAt(root, 'message') || String(root))
  return [...new Set(texts)].join('; ').replaceAll(/\s+/g, ' ')
}

function everyError(error: unknown, depth = 0): readonly unknown[] {
  return depth > 8 ? [error] : [error, ...partsOf(error).flatMap((part) => everyError(part, depth + 1))]
}

function partsOf(error: unknown): readonly unknown[] {
  const parts: readonly unknown[] = error instanceof AggregateError ? error.errors : []
  return error instanceof Error && error.cause !== undefined ? [...parts, error.cause] : parts
}

function wordAt(error: unknown, key: string): string {
  if (typeof error !== 'object' || error === null) return key === 'message' ? String(error) : ''
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : ''
}
