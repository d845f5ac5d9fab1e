import { describe, expect, inject, it } from 'vitest'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { figuresOf, runBench } from '../../bench/own-bench.ts'

const kafka = inject('kafkaBrokers')
const postgres = inject('postgresUrl')
/** The large fleet starts a broker of its own. */
const jars = inject('kafkaJars')
const given = { KAFKA_BROKERS: kafka, POSTGRES_URL: postgres }

/** A process or several, on servers that other tests use as well. */
const patienceMs = 600_000

/** Each bench as small as it goes, and a figure that it must have found. */
const small: Readonly<Record<string, readonly (readonly [words: string, figure: string])[]>> = {
  wire: [['--runs 1 --round-ms 5', 'samplesPerSecond']],
  ingest: [
    ['--store sqlite --samples 20000 --runs 1', 'samplesPerSecond'],
    ['--store postgres --shape single --samples 2000 --hosts 10 --runs 1', 'bytesPerSample'],
  ],
  agent: [['--sources --seconds 2 --warm-up 1', 'cpuMsPerSecond']],
  rollup: [['--store postgres --hosts 5', 'hourSeconds']],
  latency: [['--rate 5000 --hosts 10 --seconds 1 --warm-up 1 --runs 1', 'p99Ms']],
  growth: [['--steps 10k,50k --samples 20000 --hosts 20 --runs 1', 'samplesPerSecond']],
  spool: [['--records 50 --at-once 10 --runs 1', 'recordsPerSecond']],
  memory: [['--store sqlite --minutes 4 --hosts 500', 'rssMb']],
  start: [['--sources --runs 1', 'p50Ms']],
  fleet: [
    ['--store postgres --hosts 100 --rounds 40 --samples 40000 --consumers 1,2 --partitions 2 --runs 1', 'peakRssMb'],
  ],
  peers: [
    ['--samples 20000 --single 2000 --hosts 10 --runs 1 --agent-seconds 2 --agent-warm-up 1 --sources', 'peakRssMb'],
  ],
  hottest: [['ingest --top 3 -- --samples 20000', 'percent']],
  dashboard: [['--store sqlite --hosts 3 --hours 1 --days 2 --repeats 1 --no-browser', 'compressedKilobytes']],
  query: [['--store sqlite --hosts 3 --hours 1 --days 2 --repeats 1', 'points']],
  all: [['--only none', 'reports']],
}

describe.skipIf(kafka === '' || postgres === '')('npm run bench', () => {
  it('has no bench that is not run here', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bench/main.ts')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const names = /one of: (.+)$/m.exec(await text(child.stderr))?.[1]?.split(', ')
    expect(names?.toSorted()).toEqual(Object.keys(small).toSorted())
  })

  const runs = Object.entries(small).flatMap(([name, each]) => each.map((of) => [name, ...of] as const))
  it.skipIf(jars === '').each(runs.filter(([name]) => name === 'fleet'))('%s %s', holds, patienceMs)
  it.each(runs.filter(([name]) => name !== 'fleet' && name !== 'all'))('%s %s', holds, patienceMs)

  it('all runs what --only names, and prints one document', async () => {
    const printed = await runBench(['all', '--only', 'wire'], given)
    expect(printed['reports']).toMatchObject([{ bench: 'wire' }])
  }, 120_000)
})

async function holds(name: string, words: string, figure: string): Promise<void> {
  const figures = figuresOf(await runBench([name, ...words.split(' ')], given))
  const broken = Object.entries(figures).filter(([, value]) => !Number.isFinite(value))
  expect(broken).toEqual([])
  expect(figures[figure]).toBeGreaterThan(0)
}
