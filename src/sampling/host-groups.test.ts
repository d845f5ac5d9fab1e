import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../test/support/virtual-clock.ts'
import type { HostRoots } from '../metric/metric.ts'
import { isHistogramSample, type Sample } from '../metric/sample.ts'
import { ignoreEvents } from '../runtime/events.ts'
import { Sampler } from './sampler.ts'
import { groups, host } from '../host/index.ts'

const fixture = fileURLToPath(new URL('../../test/fixtures/hosts/debian-vm', import.meta.url))
const never = new AbortController().signal

function sampler(roots: HostRoots): Sampler {
  return new Sampler({
    // The agent itself is no captured host's.
    metrics: host({ runtime: false }),
    intervalMs: 10_000,
    startedAtMs: 0,
    roots,
    clock: new VirtualClock(),
    emit: ignoreEvents,
  })
}

function value(
  samples: readonly Sample[],
  name: string,
  attributes: Readonly<Record<string, string>>,
): number | undefined {
  const found = samples.find(
    ({ series }) =>
      series.name === name && Object.entries(attributes).every(([key, text]) => series.attributes[key] === text),
  )
  return found === undefined || isHistogramSample(found) ? undefined : found.value
}

describe('the standard groups over a captured host', () => {
  it('give each metric once, under its standard name, with the kernel’s numbers', async () => {
    const { samples, failures } = await sampler({
      proc: `${fixture}/proc`,
      sys: `${fixture}/sys`,
      root: fixture,
    }).scrapeOnce(never)
    expect(failures).toEqual([])
    const keys = samples.map(({ series }) => JSON.stringify([series.name, series.attributes]))
    expect(new Set(keys).size).toBe(keys.length)
    expect([...new Set(samples.map(({ series }) => `${series.name} ${series.kind} ${series.unit}`))]).toMatchSnapshot()
    expect(value(samples, 'system.cpu.time', { 'cpu.mode': 'user' })).toBe(262.18)
    expect(value(samples, 'system.memory.usage', { 'system.memory.state': 'used' })).toBe(
      (24_684_084 - 24_182_396) * 1024,
    )
    expect(
      value(samples, 'system.network.io', { 'network.interface.name': 'eth0', 'network.io.direction': 'receive' }),
    ).toBe(724_931_122)
    expect(value(samples, 'system.uptime', {})).toBe(8330.23)
  })

  it('have states of memory that add up to the total', async () => {
    const { samples } = await sampler({ proc: `${fixture}/proc`, sys: `${fixture}/sys`, root: fixture }).scrapeOnce(
      never,
    )
    const sum = (name: string): number =>
      samples.reduce(
        (total, sample) => total + (sample.series.name === name && !isHistogramSample(sample) ? sample.value : 0),
        0,
      )
    expect(sum('system.memory.usage')).toBe(24_684_084 * 1024)
    expect(sum('system.memory.utilization')).toBeCloseTo(1, 10)
  })

  it('fail one by one, or have nothing to say, where a file is missing', async () => {
    const { samples, failures } = await sampler({ proc: `${fixture}/nowhere`, sys: '/nowhere', root: '/' }).scrapeOnce(
      never,
    )
    expect(samples).toEqual([])
    expect(failures.map(({ metric }) => metric.name)).toEqual(expect.arrayContaining(['cpu', 'memory', 'network']))
  })
})

const everyday = groups.filter(({ isOff }) => !isOff).map(({ name }) => name)

it.each([
  [{}, everyday],
  [{ cpu: true, load: true }, ['cpu', 'load']],
  [{ disk: false, paging: false }, everyday.filter((name) => name !== 'disk' && name !== 'paging')],
  [{ disk: { include: ['sda'] } }, everyday],
])('host(%j) is %j', (options, names) => {
  expect(host(options).map(({ name }) => name)).toEqual(names)
})
