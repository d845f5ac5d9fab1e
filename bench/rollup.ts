// What the tiers and the retention cost a database: npm run bench -- rollup [--store S] [--hosts N] [--json]
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { RecordEncoder } from '../src/wire/encode.ts'
import { encodeMessage } from '../src/wire/topic-message.ts'
import { RecordDecoder } from '../src/wire/decode.ts'
import { systemRandom } from '../src/runtime/random.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { StoreUnavailableError } from '../src/runtime/errors.ts'
import { ignoreEvents } from '../src/runtime/events.ts'
import { Ingest } from '../src/store/ingest/ingest.ts'
import { migrate } from '../src/store/migrate.ts'
import { openStore } from '../src/store/open-store.ts'
import { startOfDay } from '../src/store/partitions.ts'
import { dropOld, type OldPart, oldParts } from '../src/store/retention/drop-old.ts'
import { usualRetention } from '../src/store/retention/keep-until.ts'
import { rollUp } from '../src/store/rollup/roll-up.ts'
import type { MetricStore } from '../src/store/store.ts'
import { Servers } from '../test/support/servers.ts'
import { freshStore, isStoreName } from './fresh-store.ts'
import { numbersOfRecord, resourceOf, samplesOf } from './hundred-numbers.ts'

const intervalMs = 10_000
const bucketMs = 600_000
const dayMs = 86_400_000
const hostsAtOnce = 50

/** Seconds for one ten-minute bucket of all hosts and for their hour; and for how long others wait while a day is dropped. */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', default: 'postgres' },
      hosts: { type: 'string', default: '1000' },
      json: { type: 'boolean', default: false },
    },
  })
  if (!isStoreName(values.store)) throw new Error(`--store ${values.store}: postgres, mysql, mariadb or sqlite`)
  const hosts = Number(values.hosts)
  const servers = new Servers()
  try {
    await using fresh = await freshStore(values.store, servers)
    await using store = await openStore(fresh.location, { durable: false })
    const nowMs = Date.now()
    const beginMs = startOfDay(nowMs) - 2 * dayMs + 12 * bucketMs
    await migrate(store, { nowMs, rawRetentionMs: 14 * dayMs }, ignoreEvents)
    const samples = await fill(store, hosts, beginMs)
    const cpuBefore = process.cpuUsage()
    const tenMinutesSeconds = await seconds(async () => rollUpAll(store, beginMs + 2 * bucketMs))
    const cpu = process.cpuUsage(cpuBefore)
    const hourSeconds = await seconds(async () => rollUpAll(store, nowMs))
    const longestWaitMs = await whileDropping(store, nowMs)
    const result = {
      store: store.label.split(' ')[0],
      hosts,
      samples,
      tenMinutesSeconds,
      /** Of this process: what another load on the machine does not change. */
      tenMinutesCpuSeconds: Math.round((cpu.user + cpu.system) / 1000) / 1000,
      hourSeconds,
      longestWaitMs,
      processors: cpus().length,
      model: cpus()[0]?.model,
      node: process.version,
    }
    process.stdout.write(
      values.json
        ? `${JSON.stringify(result)}\n`
        : `${values.store}: ${hosts} hosts, ${samples} samples: ten minutes in ${tenMinutesSeconds} s, the hour in ${hourSeconds} s; dropping the day, a reader waited ${longestWaitMs.reader} ms at most, a writer of today ${longestWaitMs.writer} (${longestWaitMs.batches} batches)\n`,
    )
  } finally {
    await servers.stop()
  }
}

/** A bucket of all hosts and two minutes before it, which is where counters begin. */
async function fill(store: MetricStore, hosts: number, beginMs: number): Promise<number> {
  const ingest = ingestInto(store)
  const signal = new AbortController().signal
  let samples = 0
  for (let host = 0; host < hosts; host++) {
    const resource = resourceOf(host)
    const encoder = new RecordEncoder(resource)
    const records = []
    for (let at = -12; at < bucketMs / intervalMs; at++) {
      const timeMs = beginMs + at * intervalMs
      const value = encoder.encode(timeMs, samplesOf(at + 12))
      const message = { agentUid: resource.agentUid, run: 1n, seq: at + 13, value }
      records.push({ ...encodeMessage(message, timeMs), timestampMs: timeMs })
      samples += numbersOfRecord
    }
    await ingest.ingest({ records }, signal)
  }
  // The bucket alone is measured.
  await store.database
    .deleteFrom('rollup_dirty')
    .where('time', '<', store.codec.time(beginMs))
    .where('resolution', '=', 600)
    .execute()
  return samples
}

function ingestInto(store: MetricStore): Ingest {
  return new Ingest({
    store,
    decoder: new RecordDecoder(),
    clock: systemClock,
    random: systemRandom,
    emit: ignoreEvents,
    acceptForeign: false,
  })
}

async function rollUpAll(store: MetricStore, nowMs: number): Promise<void> {
  for (;;) {
    const { outcome } = await rollUp(store, { nowMs, hostsAtOnce })
    if (outcome === 'idle') return
    if (outcome === 'busy') throw new Error('somebody else computes the tiers')
  }
}

/** How long a day that is dropped keeps others waiting, milliseconds. */
interface Waits {
  readonly reader: number
  /** Of a batch of one host's record of the current day. */
  readonly writer: number
  readonly batches: number
}

/** A reader and a writer of the current day are at work all the time; the longest that each waited, with the drop under way. */
async function whileDropping(store: MetricStore, nowMs: number): Promise<Waits> {
  const stop = new AbortController()
  const ingest = ingestInto(store)
  const encoder = new RecordEncoder(resourceOf(0))
  let batches = 0
  const read = async (): Promise<void> => {
    await store.database.selectFrom('scrape').select('time').orderBy('time', 'desc').limit(1).execute()
  }
  const write = async (): Promise<void> => {
    const timeMs = nowMs + ++batches
    const value = encoder.encode(timeMs, samplesOf(batches))
    const message = { agentUid: resourceOf(0).agentUid, run: 2n, seq: batches, value }
    const outcome = await ingest.ingest(
      { records: [{ ...encodeMessage(message, timeMs), timestampMs: timeMs }] },
      // A batch that is under way at the end is measured, too.
      new AbortController().signal,
    )
    if (outcome.outcome !== 'stored') throw new Error(`a batch was ${outcome.outcome}`)
  }
  // The first of each is slow by itself: connections, plans, ids.
  await read()
  await write()
  const asking = [longest(read, stop.signal), longest(write, stop.signal)] as const
  const parts = await oldParts(
    store,
    { ...usualRetention, rawMs: dayMs },
    { nowMs, floorMs: startOfDay(nowMs) - dayMs },
  )
  if (parts.length === 0) throw new Error('there is nothing to drop')
  for (const part of parts) await dropUntilDone(store, part)
  stop.abort()
  const [reader, writer] = await Promise.all(asking)
  return { reader: Math.round(reader), writer: Math.round(writer), batches }
}

/** As retention does: a table that is in use is tried again. */
async function dropUntilDone(store: MetricStore, part: OldPart): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await dropOld(store, part, systemClock, new AbortController().signal)
      return
    } catch (error) {
      if (!(error instanceof StoreUnavailableError) || tries === 10) throw error
    }
  }
}

/** Does it again and again until the signal aborts; how long the longest took, milliseconds. */
async function longest(work: () => Promise<void>, signal: AbortSignal): Promise<number> {
  let longestMs = 0
  while (!signal.aborted) {
    const beganMs = performance.now()
    await work()
    longestMs = Math.max(longestMs, performance.now() - beganMs)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return longestMs
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now()
  await work()
  return Math.round(performance.now() - beganMs) / 1000
}
