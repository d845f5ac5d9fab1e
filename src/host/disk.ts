import type { Metric } from '../metric/metric.ts'
import type { Sample } from '../metric/sample.ts'
import { bootTime } from './boot-time.ts'
import { group, readProc, sampleOf, type Definition } from './group.ts'
import { parseDiskStats, type DiskStats } from './proc/diskstats.ts'

const io: Definition = {
  name: 'system.disk.io',
  unit: 'By',
  kind: 'counter',
  integer: true,
  description: 'Bytes read and written',
}
const operations: Definition = {
  name: 'system.disk.operations',
  unit: '{operation}',
  kind: 'counter',
  integer: true,
  description: 'Reads and writes',
}
const merged: Definition = {
  name: 'system.disk.merged',
  unit: '{operation}',
  kind: 'counter',
  integer: true,
  description: 'Operations merged with a neighbour',
}
const operationTime: Definition = {
  name: 'system.disk.operation_time',
  unit: 's',
  kind: 'counter',
  description: 'Sum of the time each operation took',
}
const ioTime: Definition = {
  name: 'system.disk.io_time',
  unit: 's',
  kind: 'counter',
  description: 'Time the device was busy',
}
const weighted: Definition = {
  name: 'system.disk.weighted_io_time',
  unit: 's',
  kind: 'counter',
  description: 'Busy time multiplied by the operations under way',
}
const pending: Definition = {
  name: 'system.disk.pending_operations',
  unit: '{operation}',
  kind: 'updowncounter',
  integer: true,
  description: 'Operations under way',
}

const left = /^(?:loop|ram|zram|fd|sr)\d/
const partition = /^(?:(?:sd|vd|xvd|hd)[a-z]+\d+|(?:nvme|mmcblk|nbd)\d+(?:n\d+)?p\d+)$/

/** Block devices, from /proc/diskstats: whole disks, without loop, RAM, floppy and optical devices and without partitions. */
export const disk: Metric = group('disk', async (signal, context) => {
  const stats = parseDiskStats(await readProc(context, 'diskstats', signal))
  const start = await bootTime(context, signal)
  return stats
    .filter(({ device }) => !left.test(device) && !partition.test(device))
    .flatMap((each) => samplesOf(each, start))
})

function samplesOf(stats: DiskStats, start: number): readonly Sample[] {
  const device = { 'system.device': stats.device }
  const read = { ...device, 'disk.io.direction': 'read' }
  const write = { ...device, 'disk.io.direction': 'write' }
  return [
    sampleOf(io, stats.readBytes, read, start),
    sampleOf(io, stats.writeBytes, write, start),
    sampleOf(operations, stats.readOperations, read, start),
    sampleOf(operations, stats.writeOperations, write, start),
    sampleOf(merged, stats.readMerged, read, start),
    sampleOf(merged, stats.writeMerged, write, start),
    sampleOf(operationTime, stats.readSeconds, read, start),
    sampleOf(operationTime, stats.writeSeconds, write, start),
    sampleOf(ioTime, stats.ioSeconds, device, start),
    sampleOf(weighted, stats.weightedIoSeconds, device, start),
    sampleOf(pending, stats.pending, device),
  ]
}
