import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from './name-filter.ts'
import { parseWhole } from './proc/whole.ts'
import { parseDiskStats, type DiskStats } from './proc/diskstats.ts'

const ofDevice = { 'system.device': 'the kernel’s name' }
const ofDirection = { ...ofDevice, 'disk.io.direction': 'read, write' }

const io: Definition = {
  name: 'system.disk.io',
  unit: 'By',
  kind: 'counter',
  integer: true,
  description: 'Bytes read and written',
  attributes: ofDirection,
  source: '/proc/diskstats, fields 3 and 7 (sectors of 512 bytes)',
}
const operations: Definition = {
  name: 'system.disk.operations',
  unit: '{operation}',
  kind: 'counter',
  integer: true,
  description: 'Reads and writes',
  attributes: ofDirection,
  source: '/proc/diskstats, fields 1 and 5',
}
const merged: Definition = {
  name: 'system.disk.merged',
  unit: '{operation}',
  kind: 'counter',
  integer: true,
  description: 'Operations merged with a neighbour',
  attributes: ofDirection,
  source: '/proc/diskstats, fields 2 and 6',
}
const operationTime: Definition = {
  name: 'system.disk.operation_time',
  unit: 's',
  kind: 'counter',
  description: 'Sum of the time each operation took',
  attributes: ofDirection,
  source: '/proc/diskstats, fields 4 and 8',
}
const ioTime: Definition = {
  name: 'system.disk.io_time',
  unit: 's',
  kind: 'counter',
  description: 'Time the device was busy',
  attributes: ofDevice,
  source: '/proc/diskstats, field 10',
}
const weighted: Definition = {
  name: 'system.disk.weighted_io_time',
  unit: 's',
  kind: 'counter',
  description: 'Busy time multiplied by the operations under way',
  attributes: ofDevice,
  source: '/proc/diskstats, field 11',
}
const pending: Definition = {
  name: 'system.disk.pending_operations',
  unit: '{operation}',
  kind: 'updowncounter',
  integer: true,
  description: 'Operations under way',
  attributes: ofDevice,
  source: '/proc/diskstats, field 9',
}

const limit: Definition = {
  name: 'system.disk.limit',
  unit: 'By',
  kind: 'updowncounter',
  integer: true,
  description: 'Size of the device',
  attributes: ofDevice,
  source: '/sys/class/block/DEVICE/size (sectors of 512 bytes)',
  isOptIn: true,
}

function optIn(what: string, unit: string, description: string, field: number): Definition {
  const kind = { unit, kind: 'counter', isOptIn: true, ...(unit === 's' ? {} : { integer: true }) } as const
  const source = `/proc/diskstats, field ${field}`
  return { name: `hostvitals.disk.${what}`, ...kind, description, attributes: ofDevice, source }
}

const discards = optIn('discards', '{operation}', 'Times the device was told of space that is not used any more', 12)
const discardsMerged = optIn('discards_merged', '{operation}', 'Discards merged with a neighbour', 13)
const discarded = optIn('discarded', 'By', 'Bytes discarded', 14)
const discardTime = optIn('discard_time', 's', 'Sum of the time each discard took', 15)
const flushes = optIn('flushes', '{operation}', 'Times the device was told to make its cache durable', 16)
const flushTime = optIn('flush_time', 's', 'Sum of the time each flush took', 17)

// Their numbers are within their disk's.
const partitions = ['{sd,vd,xvd,hd}[a-z]*[0-9]', 'nvme*n*p[0-9]*', '{mmcblk,nbd}*p[0-9]*']

/** Block devices. */
export const disk: Group = defineGroup<NameFilterOptions>({
  name: 'disk',
  about: 'Block devices, since boot; whole disks by default.',
  metrics: [
    io,
    operations,
    merged,
    operationTime,
    ioTime,
    weighted,
    pending,
    limit,
    discards,
    discardsMerged,
    discarded,
    discardTime,
    flushes,
    flushTime,
  ],
  defaults: { include: [], exclude: ['{loop,ram,zram,fd,sr}[0-9]*', ...partitions] },
  sentences: nameFilterSentences('devices'),
  open: (options) => {
    const isChosen = nameFilter(options)
    return (round) => {
      for (const stats of parseDiskStats(round.proc('diskstats'))) if (isChosen(stats.device)) putDisk(round, stats)
    }
  },
})

function putDisk(round: HostRound, stats: DiskStats): void {
  const device = { 'system.device': stats.device }
  const read = round.subject(`${stats.device} read`, () => ({ ...device, 'disk.io.direction': 'read' }))
  read.put(io, stats.readBytes)
  read.put(operations, stats.readOperations)
  read.put(merged, stats.readMerged)
  read.put(operationTime, stats.readSeconds)
  const write = round.subject(`${stats.device} write`, () => ({ ...device, 'disk.io.direction': 'write' }))
  write.put(io, stats.writeBytes)
  write.put(operations, stats.writeOperations)
  write.put(merged, stats.writeMerged)
  write.put(operationTime, stats.writeSeconds)
  const both = round.subject(stats.device, () => device)
  both.put(ioTime, stats.ioSeconds)
  both.put(weighted, stats.weightedIoSeconds)
  both.put(pending, stats.pending)
  both.put(discards, stats.discards?.operations)
  both.put(discardsMerged, stats.discards?.merged)
  both.put(discarded, stats.discards?.bytes)
  both.put(discardTime, stats.discards?.seconds)
  both.put(flushes, stats.flushes?.operations)
  both.put(flushTime, stats.flushes?.seconds)
  if (!round.wants(limit)) return
  // A name such as cciss/c0d0 is written so in /sys.
  const size = round.sys(`class/block/${stats.device.replaceAll('/', '!')}/size`)
  if (size !== undefined) both.put(limit, parseWhole('size', size) * 512)
}
