import type { HostStatus } from '../../query/status/host-statuses.ts'
import { formatDuration } from '../../runtime/duration.ts'
import { formatAge } from '../text/age.ts'
import { hostLabels } from '../text/host-label.ts'
import { printable } from '../text/printable.ts'
import type { PartitionLag } from './lag.ts'
import type { StatusDocument } from './status-document.ts'
import { counted } from '../text/counted.ts'
import { formatSkew } from './skew.ts'
import { formatTable } from '../text/table.ts'
import { formatValue } from '../text/units.ts'

/** So many hosts are listed whether something is wrong with them or not. */
const fewHosts = 20
const mostRows = 40

/** The status for a person: problems first, then one line for each part, then the hosts that need attention. */
export function formatStatus(status: StatusDocument, { all }: { readonly all: boolean }): string {
  const lines = [
    ['store', status.store],
    ['hosts', hostsLine(status)],
    ['stored', storedLine(status)],
    ['latency', latencyLine(status)],
    ['lag', lagLine(status)],
    ['gaps', gapsLine(status)],
    ['dead', deadLine(status)],
    ['size', sizeLine(status)],
    ['room', roomLine(status)],
  ].map(([name = '', text = '']) => `  ${name.padEnd(8)} ${printable(text)}\n`)
  return [problemLines(status), lines.join(''), hostTable(status, all), partitionTable(status, all)]
    .filter((part) => part !== '')
    .join('\n')
}

function problemLines({ problems }: StatusDocument): string {
  return problems
    .map(({ severity, text, nextStep }) => `${severity === 'error' ? '✗' : '!'} ${printable(text)}: ${nextStep}\n`)
    .join('')
}

function hostsLine({ hosts }: StatusDocument): string {
  return `${hosts.total}: ${hosts.up} up, ${hosts.late} late, ${hosts.down} down`
}

function storedLine({ rates, consumers }: StatusDocument): string {
  const duplicates = consumers?.duplicateRecords ?? null
  return [
    rates === null ? 'unknown' : `${rates.recordsPerSecond} records/s, ${rates.samplesPerSecond} samples/s`,
    duplicates === null ? 'duplicates unknown' : `${counted(duplicates, 'duplicate')} ignored`,
  ].join('; ')
}

function latencyLine({ latency }: StatusDocument): string {
  if (latency === null) return 'sample to row: unknown'
  return `sample to row: p50 ${formatValue(latency.p50Seconds, 's')}, p99 ${formatValue(latency.p99Seconds, 's')}`
}

function lagLine({ kafka }: StatusDocument): string {
  if (kafka === null) return 'no Kafka here'
  const { lagRecords, lagSource, partitions } = kafka
  if (lagRecords === null) return 'unknown'
  const from = lagSource === 'kafka' ? 'as Kafka says' : 'as consumers said'
  return `${counted(lagRecords, 'record')} in ${counted(partitions.length, 'partition')}, ${from}`
}

function gapsLine({ gaps }: StatusDocument): string {
  if (gaps === null) return 'unknown'
  const { open, lost, expired, isComplete } = gaps
  const more = isComplete ? '' : '; more than 10000, these were counted'
  return `${open.records} records open, ${lost.records} lost, ${expired.records} expired${more}`
}

function deadLine({ deadLetters }: StatusDocument): string {
  if (deadLetters === null) return 'unknown'
  const reasons = Object.entries(deadLetters.byReason).map(([reason, letters]) => `${letters} ${reason}`)
  const total = `${deadLetters.isComplete ? '' : 'at least '}${counted(deadLetters.total, 'letter')}`
  return reasons.length === 0 ? 'no letters' : `${total}: ${reasons.join(', ')}`
}

function sizeLine({ sizes }: StatusDocument): string {
  if (sizes.length === 0) return 'unknown'
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  const largest = sizes
    .flatMap(({ table, bytes }) => (table === null ? [] : [{ table, bytes }]))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ table, bytes }) => `${table} ${formatValue(bytes, 'By')}`)
  return [formatValue(total, 'By'), ...(largest.length === 0 ? [] : [`(${largest.join(', ')})`])].join(' ')
}

function roomLine({ storage }: StatusDocument): string {
  if (storage === null) return 'unknown'
  const { rawBytes, tierBytes, bytesPerDay, freeBytes, daysUntilFull } = storage
  return [
    ...(rawBytes === null ? [] : [`raw ${formatValue(rawBytes, 'By')}`]),
    ...(tierBytes === null ? [] : [`tiers ${formatValue(tierBytes, 'By')}`]),
    bytesPerDay === null ? 'growth not known yet' : `${formatValue(bytesPerDay, 'By')} a day`,
    ...(freeBytes === null ? [] : [`${formatValue(freeBytes, 'By')} free`]),
    ...(daysUntilFull === null ? [] : [`full in ${counted(daysUntilFull, 'day')}`]),
  ].join(', ')
}

function hostTable({ hosts }: StatusDocument, all: boolean): string {
  const { list } = hosts
  if (list.length === 0) return ''
  const labels = hostLabels(list)
  const worth = all || list.length <= fewHosts ? list : list.filter(needsAttention)
  const shown = all ? worth : worth.slice(0, mostRows)
  const rows = shown.map((host) => rowOf(host, labels.get(host.agentUid) ?? host.name))
  const table =
    rows.length === 0 ? '' : formatTable(['state', 'host', 'age', 'every', 'clock', 'spool', 'oldest', 'flags'], rows)
  const hidden = list.length - shown.length
  return hidden === 0 ? table : `${table}  ${counted(hidden, 'host')} more: --all lists every one\n`
}

function needsAttention({ state, flags, spool }: HostStatus): boolean {
  return state !== 'up' || flags.length > 0 || (spool?.droppedRecords ?? 0) > 0 || (spool?.oldestAgeSeconds ?? 0) > 60
}

function rowOf(host: HostStatus, label: string): readonly string[] {
  const { state, ageMs, intervalMs, skewMs, spool, flags } = host
  const oldest = spool?.oldestAgeSeconds ?? null
  return [
    state,
    label,
    formatAge(ageMs),
    intervalMs === null ? '–' : formatDuration(intervalMs),
    skewMs === null ? '–' : formatSkew(skewMs),
    spool === null ? 'unknown' : spoolText(spool.records, spool.bytes),
    oldest === null ? '–' : formatAge(oldest * 1000),
    flags.join(' '),
  ]
}

function spoolText(records: number | null, bytes: number | null): string {
  if (records !== null) return String(records)
  return bytes === null ? 'unknown' : formatValue(bytes, 'By')
}

/** Where it says more than the line of the lag: several partitions, or one that waits. */
function partitionTable({ kafka }: StatusDocument, all: boolean): string {
  if (kafka === null) return ''
  const worth = all ? kafka.partitions : kafka.partitions.filter(({ lagRecords }) => lagRecords !== 0)
  const shown = all ? worth : worth.toSorted(moreWaiting).slice(0, mostRows)
  if (shown.length === 0) return ''
  const rows = shown.map(({ topic, partition, nextOffset, updatedAt, lagRecords }) => [
    `${topic}[${partition}]`,
    nextOffset ?? '–',
    lagRecords === null ? 'unknown' : String(lagRecords),
    updatedAt ?? 'never',
  ])
  return formatTable(['partition', 'position', 'lag', 'moved'], rows)
}

function moreWaiting(a: PartitionLag, b: PartitionLag): number {
  return (b.lagRecords ?? -1) - (a.lagRecords ?? -1)
}
