import { formatDuration } from '../runtime/duration.ts'
import type { KnownWay } from './way-watch.ts'

/** What is asked of a host that is late or down. */
export interface LateHost {
  readonly uid: string
  readonly state: 'up' | 'late' | 'down'
  readonly ageMs: number
  readonly intervalMs: number | null
}

/** Why a host is late or down, as far as the rest of the way tells; null where it is up. */
export function causeOf(host: LateHost, way: KnownWay | undefined): string | null {
  if (host.state === 'up') return null
  const interval = host.intervalMs === null ? [] : [`interval ${formatDuration(host.intervalMs)}`]
  const age = `last sample ${spoken(host.ageMs)} ago`
  return `${[...interval, age].join(', ')}; ${reasonOf(host, way)}`
}

function reasonOf(host: LateHost, way: KnownWay | undefined): string {
  if (way === undefined) return 'the rest of the way is being asked'
  const { facts, status } = way
  const spool = status.hosts.find(({ agentUid }) => agentUid === host.uid)?.spool?.records ?? 0
  const { kafka } = facts
  if (kafka === undefined) {
    return (facts.spool?.records ?? 0) > 0
      ? `${facts.spool?.records} records wait in the spool here: the database is the cause`
      : 'the program that measures it does not run'
  }
  if (kafka.stuckPartitions > 0) return `${kafka.lagRecords ?? 'some'} records wait in Kafka: the consumer is the cause`
  if (kafka.problem !== null) return `Kafka could not be asked: ${kafka.problem}`
  if (spool > 0) return `its spool held ${spool} records: it could not reach Kafka`
  if (kafka.lagRecords === 0) return 'Kafka lag 0, so the host or its network is the cause'
  return kafka.lagRecords === null
    ? 'the lag in Kafka is unknown: the host, its network or the consumer'
    : `${kafka.lagRecords} records on their way from Kafka`
}

function spoken(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} m`
  return `${Math.floor(seconds / 86_400)} d`
}
