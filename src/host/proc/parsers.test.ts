import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDiskStats } from './diskstats.ts'
import { parseKeyValues } from './key-values.ts'
import { parseMountInfo } from './mountinfo.ts'
import { parseNetDev } from './net-dev.ts'
import { parseLoadAverage } from './load-average.ts'
import { parseSwaps } from './swaps.ts'
import { parseUptime } from './uptime.ts'
import { parseBootTime } from './boot-time.ts'
import { parseStat } from './stat.ts'

function captured(file: string): Buffer {
  return readFileSync(new URL(`../../../test/fixtures/hosts/debian-vm/proc/${file}`, import.meta.url))
}

describe('what a Debian machine says', () => {
  it('of its processors', () => {
    const { total, count } = parseStat(captured('stat'))
    expect(parseBootTime(captured('stat'))).toBe(1_795_515_505_000)
    expect(count).toBe(2)
    expect([...parseStat(captured('stat'), { perCpu: true }).cpus.keys()]).toEqual([0, 1])
    expect(total).toEqual({
      user: 262.18,
      nice: 0,
      system: 134.08,
      idle: 16_189.64,
      iowait: 36.33,
      interrupt: 1.66,
      steal: 0.42,
    })
  })

  it('of its memory', () => {
    expect(parseKeyValues('meminfo', captured('meminfo')).get('MemTotal')).toBe(24_684_084 * 1024)
    expect(parseKeyValues('vmstat', captured('vmstat')).get('pgfault')).toBeGreaterThan(0)
  })

  it('of its load, uptime and swap', () => {
    expect(parseLoadAverage(captured('loadavg'))).toEqual({ oneMinute: 0.69, fiveMinutes: 0.3, fifteenMinutes: 0.18 })
    expect(parseUptime(captured('uptime'))).toBe(8330.23)
    expect(parseSwaps(captured('swaps'))).toEqual([])
    expect(parseSwaps(Buffer.from('Filename Type Size Used Priority\n/dev/sda2 partition 1000 10 -2\n'))).toEqual([
      { device: '/dev/sda2', sizeBytes: 1_024_000, usedBytes: 10_240 },
    ])
  })

  it('of its network', () => {
    expect(parseNetDev(captured('1/net/dev')).find(({ name }) => name === 'eth0')).toEqual({
      name: 'eth0',
      receive: { bytes: 724_931_122, packets: 18_833, errors: 0, dropped: 0 },
      transmit: { bytes: 1_772_811, packets: 12_749, errors: 0, dropped: 0 },
    })
  })

  it('of its disks and mounts', () => {
    expect(parseDiskStats(captured('diskstats')).map(({ device }) => device)).toContain('vda')
    expect(parseMountInfo(captured('1/mountinfo'))).toContainEqual({
      device: '/dev/vda',
      number: '254:0',
      mountPoint: '/',
      type: 'ext4',
      isReadOnly: false,
    })
    expect(parseMountInfo(Buffer.from('1 0 8:1 / /mnt/a\\040b ro - ext4 /dev/sda1 ro'))[0]).toMatchObject({
      mountPoint: '/mnt/a b',
      number: '8:1',
      isReadOnly: true,
    })
  })

  it.each([
    ['rw,relatime', 'rw', false],
    ['ro', 'rw', true],
    ['rw', 'ro,errors=remount-ro', true],
    ['rw', 'rw,errors=remount-ro', false],
    ['rw', 'rw,emergency_ro', true],
  ])('of a mount with the options %s, its file system with %s', (options, own, isReadOnly) => {
    const line = `36 35 98:0 / /mnt ${options} shared:1 master:2 - ext3 /dev/root ${own}`
    expect(parseMountInfo(Buffer.from(line))).toMatchObject([{ isReadOnly }])
  })
})

describe('refuses', () => {
  it.each<[string, (bytes: Buffer) => unknown, string]>([
    ['a stat without processors', parseStat, 'btime 1\n'],
    ['a stat without a boot time', parseBootTime, 'cpu 1 2 3 4\n'],
    ['a stat with words', parseStat, 'cpu a b c d\nbtime 1\n'],
    ['a stat that is cut off', parseStat, 'cpu 1 2\nbtime 1\n'],
    ['a binary meminfo', (text) => parseKeyValues('meminfo', text), '\u0000\u0001 \u0002\n'],
    ['a meminfo beyond 64 bits', (text) => parseKeyValues('meminfo', text), `MemTotal: ${'9'.repeat(400)} kB\n`],
    ['an uptime beyond 64 bits', parseUptime, `${'9'.repeat(400)}.00 1.00\n`],
    ['an empty loadavg', parseLoadAverage, ''],
    ['a loadavg with words', parseLoadAverage, 'a b c'],
    ['a diskstats that is cut off', parseDiskStats, '8 0 sda 1 2 3\n'],
    ['a net/dev that is cut off', parseNetDev, 'a\nb\neth0: 1 2 3\n'],
    ['a mountinfo that is cut off', parseMountInfo, '22 27 0:21 / /proc\n'],
  ])('%s, naming the file', (_name, parse, text) => {
    expect(() => parse(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'HOSTVITALS_FORMAT' }))
  })
})

it('ignores columns that newer kernels add', () => {
  expect(parseDiskStats(Buffer.from('8 0 sda 1 2 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n'))[0]).toMatchObject({
    readBytes: 2048,
    weightedIoSeconds: 0.012,
  })
})
