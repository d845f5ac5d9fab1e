import { join } from 'node:path'
import { Consumer } from '../../src/consumer.ts'
import type { KafkaConnection } from '../../src/kafka/client-options.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { Emit } from '../../src/runtime/events.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import type { MetricStore } from '../../src/store/store.ts'
import { usualRetention } from '../../src/store/retention/keep-until.ts'

/**
 * Consumes a topic into a SQLite file of the folder until `ask`, asked after each stored batch, gives something; returns
 * that. The test's own timeout ends it where it never does.
 */
export async function consumeUntil<T>(
  kafka: KafkaConnection,
  folder: string,
  ask: (store: MetricStore) => Promise<T | undefined>,
): Promise<T> {
  const stop = new AbortController()
  let stored = Promise.withResolvers<void>()
  const emit: Emit = (name) => {
    if (name !== 'ingest.stored') return
    stored.resolve()
    stored = Promise.withResolvers()
  }
  const seams = { clock: systemClock, disk: nodeDisk, random: systemRandom, emit }
  const file = join(folder, 'consumed.db')
  await using consumer = await Consumer.open(
    {
      kafka,
      group: `g-${kafka.topic}`,
      store: { kind: 'sqlite', file },
      migrate: 'auto',
      retention: usualRetention,
      acceptForeign: true,
      maxBufferedBytes: 1e7,
    },
    seams,
  )
  const running = consumer.run(stop.signal)
  try {
    for (;;) {
      const { promise: next } = stored
      const answer = await ask(consumer.store)
      if (answer !== undefined) return answer
      // A consumer that fails ends the wait.
      await Promise.race([next, running])
    }
  } finally {
    stop.abort(new Error('enough'))
    await running
  }
}
