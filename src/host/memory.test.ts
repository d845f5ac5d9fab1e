import { expect, it } from 'vitest'
import { type Found, groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { memory } from './memory.ts'

/** A meminfo of these lines, in kB where they are memory. */
function meminfo(lines: Readonly<Record<string, number>>): string {
  return Object.entries(lines)
    .map(([name, value]) => `${name}:${String(value).padStart(12)}${name.startsWith('HugePages_') ? '' : ' kB'}\n`)
    .join('')
}

function measure(lines: Readonly<Record<string, number>>, options = {}): Promise<Found> {
  return groupRounds(memory, machineTree({ 'proc/meminfo': meminfo(lines) }).roots, options).next()
}

function states(found: Found): Readonly<Record<string, number | undefined>> {
  const of = (state: string): number | undefined => found[`system.memory.usage{system.memory.state=${state}}`]
  return { used: of('used'), free: of('free'), buffers: of('buffers'), cached: of('cached') }
}

const modern = { MemTotal: 1000, MemFree: 300, MemAvailable: 600, Buffers: 50, Cached: 400 }

it.each([
  ['as the kernel says', modern, { used: 400, free: 300, buffers: 50, cached: 250 }],
  [
    'before Linux 3.14',
    { MemTotal: 1000, MemFree: 300, Buffers: 50, Cached: 400, SReclaimable: 30 },
    { used: 220, free: 300, buffers: 50, cached: 430 },
  ],
  [
    'where more is available than there is',
    { ...modern, MemAvailable: 1100 },
    { used: 0, free: 300, buffers: 50, cached: 650 },
  ],
  // The kernel keeps some free pages to itself.
  [
    'where more is free than available',
    { ...modern, MemAvailable: 200 },
    { used: 800, free: 200, buffers: 0, cached: 0 },
  ],
  [
    'where buffers do not fit beside what is free',
    { ...modern, MemAvailable: 320 },
    { used: 680, free: 300, buffers: 20, cached: 0 },
  ],
  ['where nothing is available', { ...modern, MemAvailable: 0 }, { used: 1000, free: 0, buffers: 0, cached: 0 }],
])('the states add up to the total, %s', async (_when, lines, expected) => {
  const found = states(await measure(lines))
  expect(found).toEqual(Object.fromEntries(Object.entries(expected).map(([state, kb]) => [state, kb * 1024])))
  expect(Object.values(found).reduce((sum: number, bytes) => sum + (bytes ?? 0), 0)).toBe(1000 * 1024)
})

it('says shares of the total, and none of a total of nothing', async () => {
  expect((await measure(modern))['system.memory.utilization{system.memory.state=used}']).toBe(0.4)
  const nothing = await measure({ MemTotal: 0, MemFree: 0, MemAvailable: 0, Buffers: 0 })
  expect(Object.keys(nothing).filter((key) => key.startsWith('system.memory.utilization'))).toEqual([])
})

it('leaves out what is not asked for, and what this kernel does not say', async () => {
  const opted = { also: ['system.memory.limit', 'system.memory.linux.shared'] }
  expect(await measure({ ...modern, Shmem: 5 }, opted)).toMatchObject({
    'system.memory.limit': 1_024_000,
    'system.memory.linux.shared': 5120,
    'system.memory.linux.available': 614_400,
  })
  const names = Object.keys(await measure({ ...modern, Shmem: 5 })).map((key) => key.split('{')[0])
  expect([...new Set(names)]).toEqual([
    'system.memory.usage',
    'system.memory.utilization',
    'system.memory.linux.available',
  ])
})

it('says the kernel’s own memory and huge pages', async () => {
  const lines = {
    SReclaimable: 7,
    SUnreclaim: 8,
    HugePages_Total: 20,
    HugePages_Free: 15,
    HugePages_Rsvd: 3,
    HugePages_Surp: 1,
    Hugepagesize: 2048,
  }
  const huge = 'system.memory.linux.hugepages'
  const found = await measure({ ...modern, ...lines })
  expect(found).toMatchObject({
    'system.memory.linux.slab.usage{system.memory.linux.slab.state=reclaimable}': 7168,
    'system.memory.linux.slab.usage{system.memory.linux.slab.state=unreclaimable}': 8192,
    [`${huge}.limit`]: 20,
    [`${huge}.reserved`]: 3,
    [`${huge}.surplus`]: 1,
    [`${huge}.page_size`]: 2_097_152,
    [`${huge}.usage{${huge}.state=used}`]: 5,
    [`${huge}.usage{${huge}.state=free}`]: 15,
    [`${huge}.utilization{${huge}.state=used}`]: 0.25,
  })
  const none = await measure({ ...modern, HugePages_Total: 0, HugePages_Free: 0 })
  expect(none[`${huge}.usage{${huge}.state=used}`]).toBe(0)
  expect(none[`${huge}.utilization{${huge}.state=used}`]).toBeUndefined()
})

it('fails where the file is cut off, and names it', async () => {
  await expect(measure({ MemTotal: 1000 })).rejects.toThrow("meminfo: has no line 'MemFree'")
  const { roots } = machineTree({ 'proc/meminfo': 'MemTotal:   \u0000\u0001' })
  await expect(groupRounds(memory, roots).next()).rejects.toThrow('meminfo')
})
