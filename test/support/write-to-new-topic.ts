import type { KafkaConnection } from '../../src/kafka/client-options.ts'
import { kafkaNetwork } from '../../src/kafka/kafka-network.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { HostvitalsError } from '../../src/runtime/errors.ts'
import type { LogWriter, OutgoingRecord } from '../../src/runtime/network.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { retry } from '../../src/runtime/retry.ts'

/** Writes to a topic that may have just been made, and so be without leaders for a while. Throws where a record is refused. */
export async function writeToNewTopic(
  writer: LogWriter,
  records: readonly OutgoingRecord[],
  signal: AbortSignal,
): Promise<void> {
  const outcomes = await retry(() => writer.send(records, signal), {
    clock: systemClock,
    random: systemRandom,
    backOff: { firstMs: 50, mostMs: 500 },
    signal,
    shouldRetry: (error) => error instanceof HostvitalsError && error.retryable,
  })
  if (outcomes.some(({ stored }) => !stored)) throw new Error('the broker refused a record')
}

/** The same by a connection of its own. */
export async function writeOnce(kafka: KafkaConnection, records: readonly OutgoingRecord[]): Promise<void> {
  await using writer = kafkaNetwork(kafka, systemClock).writer()
  await writeToNewTopic(writer, records, AbortSignal.timeout(60_000))
}
