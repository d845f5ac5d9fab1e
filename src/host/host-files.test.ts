import { expect, it } from 'vitest'
import { machineTree } from '../../test/support/machine-tree.ts'
import type { ReadContext } from '../metric/metric.ts'
import { shareInRound } from '../metric/round-memory.ts'
import { HostFiles } from './host-files.ts'

const round = (): Pick<ReadContext, 'shared'> => ({ shared: shareInRound() })

it('reads a file once a round, and anew in the next', () => {
  const { roots, write } = machineTree({ 'proc/uptime': 'one' })
  const files = new HostFiles()
  const first = round()
  expect(files.kept(first, `${roots.proc}/uptime`).toString()).toBe('one')
  write({ 'proc/uptime': 'another' })
  expect(files.kept(first, `${roots.proc}/uptime`).toString()).toBe('one')
  expect(files.kept(round(), `${roots.proc}/uptime`).toString()).toBe('another')
  files.close()
  write({ 'proc/uptime': 'last' })
  expect(files.kept(round(), `${roots.proc}/uptime`).toString()).toBe('last')
  files.close()
})

it.each([0, 1, 8191, 8192, 8193, 300_000])('reads a file of %i bytes whole', (length) => {
  const { roots } = machineTree({ 'proc/stat': Buffer.alloc(length, 'x') })
  const files = new HostFiles()
  expect(files.kept(round(), `${roots.proc}/stat`).equals(Buffer.alloc(length, 'x'))).toBe(true)
  files.close()
})

it('reads the begin of a file, and a long one in pieces', async () => {
  const long = Buffer.alloc(3_000_000, 'abc')
  const { roots } = machineTree({ 'proc/short': 'one', 'proc/long': long })
  const files = new HostFiles()
  expect(files.head(`${roots.proc}/short`).toString()).toBe('one')
  expect(files.head(`${roots.proc}/long`).equals(long.subarray(0, 512))).toBe(true)
  const pieces: Buffer[] = []
  for await (const piece of files.pieces(`${roots.proc}/long`)) pieces.push(Buffer.from(piece))
  expect(pieces.length).toBeGreaterThan(32)
  expect(Buffer.concat(pieces).equals(long)).toBe(true)
  expect(() => files.head(`${roots.proc}/nothing`)).toThrow('ENOENT')
})

it('says what is not there, and does without where it may', async () => {
  const { roots, write, remove } = machineTree({ 'sys/class/net/eth0/speed': '1000\n' })
  const files = new HostFiles()
  expect(() => files.kept(round(), `${roots.proc}/stat`)).toThrow('ENOENT')
  expect(files.optional(() => files.kept(round(), `${roots.proc}/stat`))).toBeUndefined()
  expect(files.text(`${roots.sys}/class/net/eth0/speed`)).toBe('1000')
  expect(await files.slowText(`${roots.sys}/class/net/eth0/speed`)).toBe('1000')
  expect(files.list(`${roots.sys}/class/net`)).toEqual(['eth0'])
  remove('sys/class/net')
  expect(files.text(`${roots.sys}/class/net/eth0/speed`)).toBeUndefined()
  expect(await files.slowText(`${roots.sys}/class/net/eth0/speed`)).toBeUndefined()
  expect(files.list(`${roots.sys}/class/net`)).toEqual([])
  for (let time = 0; time < 3; time++) {
    expect(files.optionalKept(round(), `${roots.proc}/stat`)).toBeUndefined()
    expect(files.list(`${roots.sys}/class/net`)).toEqual([])
  }
  write({ 'proc/stat': 'there now', 'sys/class/net/eth1/speed': '' })
  expect(files.list(`${roots.sys}/class/net`)).toEqual(['eth1'])
  expect(files.optionalKept(round(), `${roots.proc}/stat`)?.toString()).toBe('there now')
  expect(files.kept(round(), `${roots.proc}/stat`).toString()).toBe('there now')
  files.close()
})

it.each([0, 1, 8192, 65_535, 65_536, 70_000])(
  'reads the beginning of a file of %i bytes without keeping it open',
  (length) => {
    const { roots, remove } = machineTree({ 'proc/7/stat': Buffer.alloc(length, 'x') })
    const files = new HostFiles()
    expect(files.brief(`${roots.proc}/7/stat`)?.toString()).toBe('x'.repeat(Math.min(length, 65_536)))
    remove('proc/7')
    expect(files.brief(`${roots.proc}/7/stat`)).toBeUndefined()
  },
)

it('tells folders apart, and what is in them', () => {
  const { roots, write, remove } = machineTree({ 'sys/fs/cgroup/a/b/c': '', 'sys/fs/cgroup/a/file': '' })
  const files = new HostFiles()
  const former = files.folder(`${roots.sys}/fs/cgroup/a`)
  expect(former?.hasFolders).toBe(true)
  expect(files.folders(`${roots.sys}/fs/cgroup/a`)).toEqual(['b'])
  remove('sys/fs/cgroup/a')
  expect(files.folder(`${roots.sys}/fs/cgroup/a`)).toBeUndefined()
  expect(files.folders(`${roots.sys}/fs/cgroup/a`)).toEqual([])
  write({ 'sys/fs/cgroup/z': '', 'sys/fs/cgroup/a/file': '' })
  expect(files.folder(`${roots.sys}/fs/cgroup/a`)).toBeDefined()
})
