import { wordsOf } from './kafka-error.ts'

/** Kafka's mark of a record without a time: its log goes by the broker's own clock then. */
const noTime = -1

/**
 * The record time, Unix milliseconds, with which the broker takes records that it refused for their time (INVALID_TIMESTAMP:
 * since Kafka 4.0 clocks an hour fast are refused): the last one it would take, by its own word, else none at all (-1).
 * Undefined where that was not the reason.
 */
export function acceptedTime(error: unknown): number | undefined {
  const words = wordsOf(error)
  if (!words.includes('INVALID_TIMESTAMP')) return undefined
  const last = /within \[-?\d+, (\d{1,15})\]/.exec(words)?.[1]
  return last === undefined ? noTime : Number(last)
}
