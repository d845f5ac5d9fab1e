import type { Hop, HopFact, PipelineAnswer } from './api.ts'
import type { KnownWay } from './way-watch.ts'

type HopId = Hop['id']
type Trouble = Pick<Hop, 'level' | 'problem' | 'nextStep'>

const oldSpoolSeconds = 60
const away = 'not known while the database is away'
const untold = 'not known: no agent has told of its spool in the last five minutes'
const fine: Trouble = { level: 'ok', problem: null, nextStep: null }

/** The way hop by hop; the cause is the last hop with trouble, since what is behind a stop waits because of it. */
export function toPipeline({ status, facts }: KnownWay, nowMs: number): PipelineAnswer {
  const hops: readonly Hop[] = [
    hostsHop({ status, facts }),
    spoolHop({ status, facts }),
    ...(facts.kafka === undefined ? [] : [kafkaHop(facts.kafka), consumerHop({ status, facts })]),
    databaseHop({ status, facts }),
  ]
  const { latency } = status
  return {
    nowMs,
    hops,
    cause: causeOf(hops),
    latency: latency === undefined ? null : { p50Seconds: latency.p50, p99Seconds: latency.p99 },
  }
}

/** The way where the database does not answer: it is the cause, and nothing else is known. */
export function awayPipeline(problem: string, nextStep: string, nowMs: number): PipelineAnswer {
  return {
    nowMs,
    hops: [
      unknownHop('hosts', 'Hosts', away),
      unknownHop('spool', 'Spools', away),
      { id: 'database', title: 'Database', level: 'critical', facts: [], problem, nextStep },
    ],
    cause: 'database',
    latency: null,
  }
}

function unknownHop(id: HopId, title: string, problem: string): Hop {
  return { id, title, ...fine, level: 'unknown', facts: [], problem }
}

function fact(name: string, value: number | null | undefined, unit: string): HopFact {
  return { name, value: value ?? null, unit }
}

function causeOf(hops: readonly Hop[]): HopId | null {
  const critical = hops.findLast(({ level }) => level === 'critical')
  return (critical ?? hops.findLast(({ level }) => level === 'warn'))?.id ?? null
}

function hostsHop({ status: { hosts } }: KnownWay): Hop {
  const count = (state: string): number => hosts.filter((host) => host.state === state).length
  const [late, down] = [count('late'), count('down')]
  const trouble: Trouble =
    hosts.length === 0
      ? {
          level: 'warn',
          problem: 'no host has reported yet',
          nextStep: 'start `hostvitals up`, or `produce` on a host and `consume` where the database is',
        }
      : late + down === 0
        ? fine
        : {
            level: down > 0 ? 'critical' : 'warn',
            problem: `${late} late, ${down} down of ${hosts.length} hosts`,
            nextStep: 'see there whether hostvitals runs, and what its log says of Kafka',
          }
  const states = [fact('up', count('up'), '{host}'), fact('late', late, '{host}'), fact('down', down, '{host}')]
  return { id: 'hosts', title: 'Hosts', ...trouble, facts: states }
}

function spoolHop({ status: { hosts }, facts }: KnownWay): Hop {
  const told = hosts.flatMap(({ spool }) => (spool === null ? [] : [spool]))
  const records = facts.spool?.records ?? told.reduce((sum, spool) => sum + (spool.records ?? 0), 0)
  const bytes = facts.spool?.bytes ?? told.reduce((sum, spool) => sum + (spool.bytes ?? 0), 0)
  const oldest = told.reduce((most, spool) => Math.max(most, spool.oldestAgeSeconds ?? 0), 0)
  const dropped = told.reduce((sum, spool) => sum + (spool.droppedRecords ?? 0), 0)
  const isKnown = facts.spool !== undefined || told.length > 0
  const trouble: Trouble =
    dropped > 0
      ? {
          level: 'critical',
          problem: `spools had to drop ${dropped} records`,
          nextStep: 'raise `spool` in producer.config.ts, free the disk, or mend Kafka',
        }
      : oldest > oldSpoolSeconds
        ? {
            level: 'warn',
            problem: `records wait in spools for ${Math.round(oldest)} s: their hosts cannot reach ${facts.kafka === undefined ? 'the database' : 'Kafka'}`,
            nextStep: 'nothing is lost; the log there says why',
          }
        : fine
  if (!isKnown) return unknownHop('spool', 'Spools', untold)
  const known = [
    fact('records waiting', records, '{record}'),
    fact('their size', bytes, 'By'),
    fact('the oldest waits', Math.round(oldest), 's'),
    fact('records dropped', dropped, '{record}'),
  ]
  return { id: 'spool', title: 'Spools', ...trouble, facts: known }
}

function kafkaHop(kafka: NonNullable<KnownWay['facts']['kafka']>): Hop {
  const trouble: Trouble =
    kafka.problem === null
      ? { ...fine, level: kafka.lagRecords === null ? 'unknown' : 'ok' }
      : {
          level: 'warn',
          problem: `Kafka could not be asked: ${kafka.problem}`,
          nextStep: 'see whether the brokers run; `hostvitals doctor` says what is wrong on the way to them',
        }
  return {
    id: 'kafka',
    title: 'Kafka',
    ...trouble,
    facts: [
      fact('partitions', kafka.partitions, '{partition}'),
      fact('records to be read', kafka.lagRecords, '{record}'),
    ],
  }
}

function consumerHop({ status: { consumers, deadLetters, gaps }, facts: { kafka } }: KnownWay): Hop {
  const trouble: Trouble =
    (kafka?.stuckPartitions ?? 0) > 0
      ? {
          level: 'critical',
          problem: `${kafka?.lagRecords ?? 'some'} records wait in ${kafka?.stuckPartitions} partitions whose position has not moved for a minute`,
          nextStep: 'see whether `hostvitals consume` runs, and what its log says',
        }
      : (deadLetters?.total ?? 0) > 0
        ? {
            level: 'warn',
            problem: `${deadLetters?.total} records are set aside as dead letters`,
            nextStep: '`hostvitals dead-letters list` says why',
          }
        : fine
  return {
    id: 'consumer',
    title: 'Consumers',
    ...trouble,
    facts: [
      fact('consumers', consumers?.consumers, '{consumer}'),
      fact('duplicates ignored', consumers?.duplicateRecords, '{record}'),
      fact('dead letters', deadLetters?.total, '{record}'),
      fact('records not arrived yet', gaps?.open.records, '{record}'),
      fact('records lost', gaps?.lost.records, '{record}'),
    ],
  }
}

function databaseHop({ status: { activity, sizes, unreadable }, facts }: KnownWay): Hop {
  const [part] = unreadable
  const waiting = facts.kafka === undefined ? (facts.spool?.records ?? 0) : 0
  const trouble: Trouble =
    part !== undefined
      ? {
          level: 'warn',
          problem: `${part.part} could not be read: ${part.reason}`,
          nextStep: 'grant SELECT on it to this user, or run `hostvitals migrate` where a table is missing',
        }
      : waiting > 100
        ? {
            level: 'critical',
            problem: `${waiting} records wait here to be stored`,
            nextStep: 'nothing is lost; the log of this program says what the database answers',
          }
        : fine
  const bytes = sizes.reduce((sum, each) => sum + each.bytes, 0)
  const perSecond = activity && Math.round((activity.samples * 100_000) / activity.windowMs) / 100
  return {
    id: 'database',
    title: 'Database',
    ...trouble,
    facts: [
      fact('numbers stored', perSecond, '{number}/s'),
      fact('size on disk', sizes.length === 0 ? null : bytes, 'By'),
    ],
  }
}
