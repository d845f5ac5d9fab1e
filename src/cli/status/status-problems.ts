import type { HostStatus } from '../../query/status/host-statuses.ts'
import { formatAge } from '../text/age.ts'
import { counted } from '../text/counted.ts'
import { hostLabels } from '../text/host-label.ts'
import { overdueMs, type PartitionLag } from './lag.ts'
import { formatSkew } from './skew.ts'
import type { StatusFacts } from './status-facts.ts'

/** Something that a person should look at, and what to do next. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  readonly text: string
  readonly nextStep: string
}

/** Names that one line tells; the table of hosts has the others. */
const mostNames = 3
const oldSpoolSeconds = 60

/** What is wrong, errors first; empty when nothing is. */
export function problemsOf(facts: StatusFacts, nowMs: number): readonly Problem[] {
  const problems = [
    ...hostProblems(facts),
    ...lossProblems(facts),
    ...kafkaProblems(facts, nowMs),
    ...rightsProblems(facts),
  ]
  return problems.toSorted((a, b) => rankOf(a) - rankOf(b))
}

function rankOf({ severity }: Problem): number {
  return severity === 'error' ? 0 : 1
}

function* hostProblems({ hosts }: StatusFacts): Generator<Problem> {
  const { list } = hosts
  const labels = hostLabels(list)
  const say = (which: readonly HostStatus[], detail: (host: HostStatus) => string): string => {
    const named = which.slice(0, mostNames).map((host) => `${labels.get(host.agentUid) ?? host.name} (${detail(host)})`)
    return [...named, ...(which.length > mostNames ? [`${which.length - mostNames} more`] : [])].join(', ')
  }
  if (list.length === 0) {
    const nextStep = 'start `hostvitals up`, or `produce` on a host and `consume` where the database is'
    yield { severity: 'warning', text: 'no host has reported yet', nextStep }
  }
  const down = list.filter(({ state }) => state === 'down')
  if (down.length > 0) {
    const text = `${counted(down.length, 'host')} down: ${say(down, ({ ageMs }) => formatAge(ageMs))}`
    yield { severity: 'error', text, nextStep: 'see there whether hostvitals runs, and what its log says of Kafka' }
  }
  const late = list.filter(({ state }) => state === 'late')
  if (late.length > 0) {
    const text = `${counted(late.length, 'host')} late: ${say(late, ({ ageMs }) => formatAge(ageMs))}`
    yield {
      severity: 'warning',
      text,
      nextStep: 'if all are, look at the consumer and at Kafka; if some, at those hosts',
    }
  }
  const twice = list.filter(({ flags }) => flags.includes('two-runs'))
  if (twice.length > 0) {
    const text = `two programs write under one identity: ${say(twice, ({ agentUid }) => agentUid)}`
    const nextStep =
      'a state folder was copied: stop one of the two, remove agent.json from its state folder, start it again'
    yield { severity: 'error', text, nextStep }
  }
  const clock = list.filter(({ flags }) => flags.includes('clock'))
  if (clock.length > 0) {
    const text = `clock or way off by 30 s or more: ${say(clock, ({ skewMs }) => formatSkew(skewMs ?? 0))}`
    yield { severity: 'warning', text, nextStep: 'set the clock there (NTP); where there is a lag, that is the cause' }
  }
  const ephemeral = list.filter(({ flags }) => flags.includes('ephemeral'))
  if (ephemeral.length > 0) {
    const text = `${counted(ephemeral.length, 'host')} will be new with the next container: ${say(ephemeral, ({ agentUid }) => agentUid)}`
    yield { severity: 'warning', text, nextStep: 'mount a volume as its state folder, or set host.uid (docs/hosts.md)' }
  }
  const dropping = list.filter(({ spool }) => (spool?.droppedRecords ?? 0) > 0)
  if (dropping.length > 0) {
    const text = `spools had to drop records: ${say(dropping, ({ spool }) => String(spool?.droppedRecords))}`
    yield { severity: 'error', text, nextStep: 'raise `spool` in producer.config.ts, free the disk, or mend Kafka' }
  }
  const waiting = list.filter(({ spool }) => (spool?.oldestAgeSeconds ?? 0) > oldSpoolSeconds)
  if (waiting.length > 0) {
    const text = `records wait in spools for longer than a minute: ${say(waiting, spoolAge)}`
    yield { severity: 'warning', text, nextStep: 'nothing is lost; the log there says what Kafka answers' }
  }
}

function spoolAge({ spool }: HostStatus): string {
  return formatAge(1000 * (spool?.oldestAgeSeconds ?? 0))
}

function* lossProblems({ gaps, deadLetters, setAside }: StatusFacts): Generator<Problem> {
  if (gaps !== null && gaps.open.records > 0) {
    const text = `${counted(gaps.open.records, 'record')} not arrived yet, in ${counted(gaps.open.ranges, 'gap')}`
    yield { severity: 'warning', text, nextStep: '`hostvitals gaps list --state open` says whose' }
  }
  if (gaps !== null && gaps.lost.records > 0) {
    const text = `${counted(gaps.lost.records, 'record')} lost, in ${counted(gaps.lost.ranges, 'gap')}`
    yield { severity: 'warning', text, nextStep: '`hostvitals gaps list --state lost` says whose, when and why' }
  }
  if (deadLetters !== null && deadLetters.total > 0) {
    const reasons = Object.entries(deadLetters.byReason).map(([reason, letters]) => `${reason} ${letters}`)
    const text = `${counted(deadLetters.total, 'record')} set aside as dead letters (${reasons.join(', ')})`
    const nextStep = '`hostvitals dead-letters list` says why; `dead-letters replay --dry-run` what would be stored now'
    yield { severity: 'warning', text, nextStep }
  }
  if (setAside !== null && setAside.buckets > 0) {
    const text = `${counted(setAside.buckets, 'bucket')} left out of the tiers: ${setAside.reason ?? 'unknown'}`
    const nextStep = 'their readings are kept as long as raw is; the next start of a consumer tries once more'
    yield { severity: 'warning', text, nextStep }
  }
}

function* kafkaProblems({ kafka }: StatusFacts, nowMs: number): Generator<Problem> {
  if (kafka === null) return
  if (kafka.problem !== null) {
    const nextStep = 'the lag is what consumers said last, or unknown; all else here is from the database'
    yield { severity: 'warning', text: `Kafka could not be asked: ${kafka.problem}`, nextStep }
  }
  const stuck = kafka.partitions.filter((partition) => {
    const movedMs = partition.updatedAt === null ? 0 : Date.parse(partition.updatedAt)
    return waiting(partition) > 0 && nowMs - movedMs > overdueMs
  })
  if (stuck.length > 0) {
    const records = stuck.reduce((sum, partition) => sum + waiting(partition), 0)
    const text = `${counted(records, 'record')} wait in ${counted(stuck.length, 'partition')} whose position has not moved for a minute`
    yield { severity: 'error', text, nextStep: 'see whether `hostvitals consume` runs, and what its log says' }
  }
}

/** What has only just come, into a partition where nothing came for long, is no sign of anything. */
function waiting({ lagRecords, overdueRecords }: PartitionLag): number {
  return overdueRecords ?? lagRecords ?? 0
}

function* rightsProblems({ unreadable }: StatusFacts): Generator<Problem> {
  for (const { part, reason } of unreadable) {
    const nextStep = 'grant SELECT on it to this user, or run `hostvitals migrate` where a table is missing'
    yield { severity: 'warning', text: `${part} unknown: ${reason}`, nextStep }
  }
}
