import { counted } from '../text/counted.ts'
import type { LogLevel } from '../../config/log-level.ts'
import { mostOfInstrument } from '../../metric/series-table.ts'
import type { EventName, Events } from '../../runtime/events.ts'

/** How loud an event is, and how it reads. */
export interface Sentence<Name extends EventName> {
  readonly level: LogLevel
  readonly say: (data: Events[Name]) => string
}

/** One plain line for each event, for a person at 3 a.m.: what happened, where, and what to do. */
export const sentences: { readonly [Name in EventName]: Sentence<Name> } = {
  'role.started': { level: 'info', say: (e) => `${e.role} ${e.version}: ${e.facts}` },
  'role.stopped': { level: 'info', say: (e) => `${e.role} stopped: ${e.facts}` },
  'role.failed': { level: 'error', say: (e) => `${e.role} ended by itself: ${e.reason}; ${e.nextStep}` },
  'health.listening': {
    level: 'info',
    say: (e) => `health and metrics at ${e.url}/healthz, /readyz, /metrics (this machine only)`,
  },
  'dashboard.listening': { level: 'info', say: (e) => `➜ dashboard ${e.url}` },
  'dashboard.failed': { level: 'error', say: (e) => `the dashboard failed at ${e.address}: ${e.reason}` },
  'host.figures': {
    level: 'info',
    say: (e) =>
      Object.entries(e)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
  },
  'metric.failed': {
    level: 'warn',
    say: (e) =>
      `${e.metric} failed${e.definedAt === undefined ? '' : ` (${e.definedAt})`}: ${e.reason}; a gap, the other metrics go on`,
  },
  'metric.recovered': { level: 'info', say: (e) => `${e.metric} is measured again` },
  'metric.hung': {
    level: 'warn',
    say: (e) =>
      `${e.metric}: ${e.what} does not answer: a gap, and it is not asked again before it does; the others go on`,
  },
  'metric.silent': { level: 'info', say: (e) => `${e.metric}: ${e.what} says ${e.reason} instead of a number: a gap` },
  'metric.unasked': { level: 'warn', say: (e) => `${e.metric}: ${e.what} was not asked, ${e.reason}: a gap` },
  'metric.answered': { level: 'info', say: (e) => `${e.metric}: ${e.what} answers again` },
  'metric.inexact': {
    level: 'warn',
    say: (e) =>
      `${e.metric} ${e.attributes} is ${e.value}, beyond 2^53, where whole numbers are no longer exact: it is kept as the nearest one that a double can hold`,
  },
  'scrape.inexact': { level: 'debug', say: (e) => `${e.values} whole numbers of the round are beyond 2^53` },
  'metric.overflow': {
    level: 'warn',
    say: (e) =>
      `${e.metric} has series beyond the limit of ${e.limit}: they share one with otel.metric.overflow=true; give fewer different attributes${e.limit === mostOfInstrument ? '' : ', or a higher seriesLimit'}`,
  },
  'scrape.overflow': { level: 'debug', say: (e) => `${e.series} series of the round share an overflow series` },
  'scrape.stalled': {
    level: 'warn',
    say: (e) =>
      `${e.metric} blocked the process for ${Math.round(e.blockedMs)} ms, which delays every metric: make it async`,
  },
  'scrape.skipped': {
    level: 'warn',
    say: (e) => `${counted(e.missedRounds, 'round')} skipped: the former one took too long`,
  },
  'scrape.done': {
    level: 'debug',
    say: (e) =>
      `measured ${e.samples} samples in ${Math.round(e.ms)} ms${e.failures === 0 ? '' : `, ${e.failures} metrics gave nothing`}`,
  },
  'spool.accepted': { level: 'debug', say: (e) => `${e.records} records are safe in the spool` },
  'spool.opened': { level: 'info', say: (e) => `spool ${e.folder}: ${e.records} records wait (${e.bytes} bytes)` },
  'spool.damaged': {
    level: 'error',
    say: (e) =>
      `spool segment ${e.segment} is damaged (${e.reason}): records ${e.fromSeq} to ${e.toSeq} set aside, a gap is noted`,
  },
  'spool.dropped': {
    level: 'error',
    say: (e) =>
      `spool is ${e.reason === 'full' ? 'full' : 'out of disk space'}: the oldest ${e.records} records (${e.bytes} bytes) were dropped, a gap is noted`,
  },
  'spool.failed': {
    level: 'error',
    say: (e) =>
      e.isScrapeLost === true
        ? `spool cannot be written: ${e.reason}; measuring goes on, the scrape is lost`
        : `spool: ${e.reason}; measuring goes on`,
  },
  'identity.changed': {
    level: 'warn',
    say: (e) => `this machine is now ${e.agentUid}, no longer ${e.replaces}: ${e.reason}`,
  },
  'identity.noted': {
    level: 'info',
    say: (e) => `the machine's ${e.component} differs from the last start; the identity is kept`,
  },
  'identity.unkept': {
    level: 'warn',
    say: (e) => `what was seen of this machine is not kept: ${e.reason}; measuring goes on, the next start tries again`,
  },
  'identity.cloud-silent': {
    level: 'warn',
    say: (e) =>
      `the cloud's metadata service gave no answer: ${e.reason}; what it alone knows is not said until the next start (host.askCloud)`,
  },
  'identity.ephemeral': {
    level: 'warn',
    say: (e) =>
      `this container keeps no state: ${e.folder} goes with it, and the next one will be a new host; mount a volume there, or set host.uid (HOSTVITALS_HOST_UID)`,
  },
  'kafka.connected': {
    level: 'info',
    say: (e) =>
      `Kafka ${e.brokers}, topic ${e.topic}: connected${(e.spooledRecords ?? 0) === 0 ? '' : `, ${e.spooledRecords} records that waited in the spool are being sent`}`,
  },
  'kafka.failing': {
    level: 'error',
    say: (e) =>
      [
        `Kafka: ${e.reason}`,
        ...(e.nextStep === undefined ? [] : [e.nextStep]),
        e.spooledRecords === undefined ? 'trying again' : `${e.spooledRecords} records spooled, trying again`,
      ].join('; '),
  },
  'kafka.refused-record': {
    level: 'error',
    say: (e) => `Kafka refuses record ${e.seq} for itself (${e.reason}): set aside, a gap is noted`,
  },
  'kafka.assigned': {
    level: 'info',
    say: (e) => `Kafka topic ${e.topic}: partitions ${e.partitions.join(', ')} are ours`,
  },
  'kafka.partitions-waiting': {
    level: 'warn',
    say: (e) =>
      e.partitions.length === 0
        ? `Kafka topic ${e.topic}: all our partitions are read again`
        : `Kafka topic ${e.topic}: no broker answers for partitions ${e.partitions.join(', ')}; the others are read on`,
  },
  'kafka.truncated': {
    level: 'error',
    say: (e) =>
      `Kafka topic ${e.topic}[${e.partition}] no longer has offsets ${e.from} to ${e.to}; going on at the oldest`,
  },
  'kafka.insecure': {
    level: 'warn',
    say: (e) => `Kafka ${e.brokers}: tls.insecure is set, so anyone on the way can pretend to be the broker`,
  },
  'kafka.topic-created': { level: 'info', say: (e) => `Kafka topic ${e.topic} was missing and has been created` },
  'ingest.stored': {
    level: 'debug',
    say: (e) => `${e.records} records, ${e.samples} samples stored in ${Math.round(e.ms)} ms`,
  },
  'ingest.odd-values': {
    level: 'debug',
    say: (e) =>
      `kept ${e.notFinite} values as missing and ${e.inexact} whole numbers as the nearest double, left out ${e.unsupported} points of other kinds`,
  },
  'ingest.inexact': {
    level: 'warn',
    say: (e) =>
      `${e.metric} ${e.attributes} of ${e.host} sends whole numbers beyond 2^53: they are kept as the nearest that a double can hold`,
  },
  'ingest.dead-letter': {
    level: 'warn',
    say: (e) =>
      `a record${e.topic === undefined ? '' : ` (${e.topic}[${e.partition}]@${e.offset})`} became a dead letter (${e.reason}): ${e.error}`,
  },
  'ingest.gap': {
    level: 'warn',
    say: (e) =>
      `host ${e.host}: records ${e.fromSeq} to ${e.toSeq} ${e.state === 'open' ? 'have not arrived yet' : `are ${e.state}`}${e.reason === undefined ? '' : ` (${e.reason})`}`,
  },
  'ingest.host-returned': {
    level: 'warn',
    say: (e) => `host ${e.host} (${e.agentUid}) was forgotten and sends again: it is listed as before`,
  },
  'ingest.stale-batch': {
    level: 'info',
    say: (e) =>
      `${e.topic}[${e.partition}]: a batch that another consumer has stored was dropped, going on at ${e.position}`,
  },
  'store.failing': {
    level: 'error',
    say: (e) =>
      [e.reason, ...(e.nextStep === undefined ? [] : [e.nextStep]), 'nothing is lost, trying again'].join('; '),
  },
  'store.undurable': {
    level: 'warn',
    say: (e) => `${e.store}: ${e.reason}: a power cut there may lose the last seconds; ${e.nextStep}`,
  },
  'store.recovered': { level: 'info', say: (e) => `${e.store}: storing again` },
  'upkeep.due': {
    level: 'warn',
    say: (e) =>
      `${e.store}: ${e.days} daily partitions are missing from here to tomorrow, and storing stops where one is: run \`hostvitals migrate\` as a user that may change the schema, daily`,
  },
  'upkeep.failing': {
    level: 'error',
    say: (e) =>
      [`${e.store}: the daily upkeep fails: ${e.reason}`, ...(e.nextStep === undefined ? [] : [e.nextStep])]
        .concat('storing goes on, trying again')
        .join('; '),
  },
  'upkeep.gaps-given-up': {
    level: 'warn',
    say: (e) => `${e.store}: ${e.gaps} gaps are older than what is kept and will not be filled: they are lost`,
  },
  'rollup.failing': {
    level: 'error',
    say: (e) =>
      [`${e.store}: the ten-minute and hourly tiers cannot be computed: ${e.reason}`]
        .concat(e.nextStep ?? [], 'storing goes on, trying again')
        .join('; '),
  },
  'rollup.set-aside': {
    level: 'error',
    say: (e) =>
      `${e.store}: what ${e.host} measured from ${e.time} on cannot be put together for ${e.resolution / 60} minutes and is left out of that tier: ${e.reason}; its readings are kept, and the next start tries once more`,
  },
  'rollup.recovered': { level: 'info', say: (e) => `${e.store}: the ten-minute and hourly tiers are computed again` },
  'retention.dropped': {
    level: 'info',
    say: (e) =>
      `${e.store}: dropped what is older than \`retention\` says (${[
        ...(e.partitions === 0 ? [] : [`${e.partitions} partitions`]),
        ...e.tables.map((table) => `rows of ${table}`),
      ].join(', ')})`,
  },
  'store.migrated': { level: 'info', say: (e) => `${e.store}: schema brought up to date (${e.applied.join(', ')})` },
}

/** The sentence of one event. */
export function sentenceOf<Name extends EventName>(
  name: Name,
  data: Events[Name],
): { readonly level: LogLevel; readonly text: string } {
  const { level, say } = sentences[name]
  return { level, text: say(data) }
}
