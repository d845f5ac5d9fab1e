import { BrokerUnavailableError } from '../../src/runtime/errors.ts'
import type { LogWriter, OutgoingRecord, SendOutcome } from '../../src/runtime/network.ts'
import { identityOf, type SendFault, type SimBroker } from './broker.ts'
import type { SimProcess } from './process.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Tally } from './tally.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What a writer stands on. */
export interface WriterOptions {
  readonly broker: SimBroker
  readonly process: SimProcess
  readonly random: SeededRandom
  readonly time: VirtualTime
  readonly tally: Tally
  /** How long it takes until a broker that is away is told to be. */
  readonly timeoutMs: () => number
}

/** Writes to the simulated topic; promises as little as `LogWriter` does. */
export function simWriter({ broker, process, random, time, tally, timeoutMs }: WriterOptions): LogWriter {
  async function unlessAway(signal: AbortSignal): Promise<void> {
    if (!broker.isAway) return
    await process.clock.sleep(timeoutMs(), signal)
    if (broker.isAway) throw away()
  }

  function store(records: readonly OutgoingRecord[]): void {
    for (const record of records) {
      const identity = identityOf(record)
      if (identity !== undefined && broker.copies.has(identity)) tally.resends++
      broker.append(broker.partitionOf(record.key), record)
    }
  }

  function storeUnder(fault: SendFault | undefined, records: readonly OutgoingRecord[]): readonly SendOutcome[] {
    switch (fault) {
      case 'not-stored':
        throw away()
      case 'lost-ack':
        store(records)
        throw away()
      case 'half-stored':
        store(records.slice(0, random.whole(0, records.length)))
        throw away()
      case 'stored-twice':
        store([...records, ...records.slice(0, random.whole(0, records.length))])
        break
      case 'reordered':
        store(random.shuffled(records))
        break
      case 'late-copy':
        store(records)
        // A request that was thought lost and arrives once more.
        time.after(random.whole(1000, 600_000), () => store(records))
        break
      case 'refused':
        return records.map((record, at) => {
          // Notes are small and never refused.
          if (at % 3 !== 0 || record.value.length === 0) {
            store([record])
            return { stored: true }
          }
          broker.refused.add(identityOf(record) ?? '')
          return { stored: false, reason: 'MESSAGE_TOO_LARGE' }
        })
      case undefined:
        store(records)
    }
    return records.map(() => ({ stored: true }))
  }

  return {
    connect: (signal) => process.step(() => unlessAway(signal)),
    lost: async (signal) => {
      const { promise: aborted, resolve } = Promise.withResolvers<void>()
      signal.addEventListener('abort', () => resolve(), { once: true })
      while (!signal.aborted && !broker.isAway) await Promise.race([broker.news, aborted])
    },
    send: (records, signal) =>
      process.step(async () => {
        await unlessAway(signal)
        return storeUnder(broker.sendFaults.shift(), records)
      }),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** What the client says when the broker does not answer. */
export function away(): BrokerUnavailableError {
  return new BrokerUnavailableError('the broker is away')
}
