// A consumer that tells its parent what it does, in a process of its own so that its time and memory are its alone: the child of
// `consumer-process.ts`. Takes one JSON argument.
import { Consumer, type ConsumerOptions } from '../src/consumer.ts'
import { systemClock } from '../src/runtime/clock.ts'
import type { Emit } from '../src/runtime/events.ts'
import { nodeDisk } from '../src/runtime/node-disk.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { tellAll, Vitals } from '../src/vitals/vitals.ts'

/** What it tells, in the order in which it happens. */
export type ConsumerNews =
  | ({ readonly kind: 'assigned'; readonly partitions: number } & Moment)
  | ({ readonly kind: 'stored' } & StoredMoment)
  /** The answer to `takeLatencies`: of each row since the former, sorted. */
  | { readonly kind: 'latencies'; readonly ms: readonly number[] }
  | { readonly kind: 'ended'; readonly deadLetters: number }

/** When something was, and what the process had taken until then. */
export interface Moment {
  readonly atMs: number
  readonly cpuMs: number
}

/** After a commit: all that was stored since the start. */
export interface StoredMoment extends Moment {
  readonly records: number
  readonly samples: number
  readonly rssBytes: number
  readonly heapBytes: number
}

/** What the parent may ask for. */
export type ConsumerRequest = 'takeLatencies' | 'stop'

/** Keeps how late each row was, to the millisecond of the records' own times. */
class LatencyVitals extends Vitals {
  #ms: number[] = []

  override readonly observeLatency = (seconds: number): void => {
    this.#ms.push(Math.round(seconds * 1000))
  }

  takeLatencies(): readonly number[] {
    const taken = this.#ms.toSorted((a, b) => a - b)
    this.#ms = []
    return taken
  }
}

function tell(news: ConsumerNews): void {
  process.send?.(news)
}

function moment(): Moment {
  const { user, system } = process.cpuUsage()
  return { atMs: performance.timeOrigin + performance.now(), cpuMs: (user + system) / 1000 }
}

if (import.meta.main) {
  // Written by `consumer-process.ts` in this folder.
  const { keepsLatencies, ...options } = JSON.parse(process.argv[2] ?? '') as ConsumerOptions & {
    readonly keepsLatencies: boolean
  }
  const stop = new AbortController()
  const start = { startedAtMs: systemClock.now(), parts: ['ingest'] } as const
  const latencies = new LatencyVitals(start)
  // As `consume` runs it.
  const vitals = keepsLatencies ? latencies : new Vitals(start)
  process.on('message', (request: ConsumerRequest) => {
    if (request === 'stop') stop.abort(new Error('the bench has what it wanted'))
    else tell({ kind: 'latencies', ms: latencies.takeLatencies() })
  })
  let records = 0
  let samples = 0
  const emit: Emit = (name, data) => {
    if (name === 'kafka.assigned' && 'partitions' in data && typeof data.partitions !== 'number')
      tell({ kind: 'assigned', partitions: data.partitions.length, ...moment() })
    else if (name === 'ingest.stored' && 'duplicates' in data) {
      records += data.records
      samples += data.samples
      const { rss, heapUsed } = process.memoryUsage()
      tell({ kind: 'stored', records, samples, rssBytes: rss, heapBytes: heapUsed, ...moment() })
    } else if (name.endsWith('.failing') || name === 'ingest.dead-letter') {
      process.stderr.write(`${name} ${JSON.stringify(data)}\n`)
    }
  }
  const seams = { clock: systemClock, disk: nodeDisk, random: systemRandom, emit: tellAll(vitals.observe, emit) }
  await using consumer = await Consumer.open({ ...options, vitals }, seams)
  const { deadLetters } = await consumer.run(stop.signal)
  tell({ kind: 'ended', deadLetters })
  // The channel to the parent would keep the process.
  process.disconnect?.()
}
