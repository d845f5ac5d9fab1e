import type { NumberSample } from '../src/metric/sample.ts'
import type { WireResource } from '../src/wire/encode.ts'

/** How many numbers a benchmark's record has. */
export const numbersOfRecord = 100

/** The time of the first record, Unix milliseconds. */
export const firstTimeMs = 1_795_492_440_000

/** Host number `host` of a fleet, as its agent describes it; the same for the same number. */
export function resourceOf(host: number): WireResource {
  return {
    agentUid: `00112233-4455-6677-8899-${host.toString(16).padStart(12, '0')}`,
    name: `web-${host}`,
    version: '1.0.0',
    labels: { site: 'berlin', rack: `r${host % 4}` },
    resource: { 'host.id': `b7d1e8c2-0000-4000-8000-${host}`, 'host.arch': 'amd64', 'os.type': 'linux' },
    intervalMs: 10_000,
    startedAtMs: firstTimeMs - 3_600_000,
    bootedAtMs: firstTimeMs - 86_400_000,
  }
}

/** A hundred numbers as a host has them: counters by disk, interface and processor, and gauges. */
export function samplesOf(seed: number): readonly NumberSample[] {
  const startTimeMs = firstTimeMs - 86_400_000
  return Array.from({ length: numbersOfRecord }, (_, index) => {
    const metric = Math.floor(index / 8)
    const attributes = { 'system.device': `nvme${index % 4}n1`, 'disk.io.direction': index % 8 < 4 ? 'read' : 'write' }
    const value = seed * 1000 + index
    if (metric % 3 === 0)
      return { series: { name: `system.gauge${metric}`, unit: '1', kind: 'gauge', attributes }, value: value / 7 }
    const series = {
      name: `system.disk${metric}.io`,
      unit: 'By',
      kind: 'counter',
      attributes,
      integer: metric % 3 === 1,
    } as const
    return { series, value, startTimeMs }
  })
}
