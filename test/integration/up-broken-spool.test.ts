import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Agent, type AgentOptions } from '../../src/agent.ts'
import { Embedded } from '../../src/embedded.ts'
import { describeMachine } from '../../src/host/identity/machine.ts'
import { gauge } from '../../src/metric/gauge.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { Disk } from '../../src/runtime/disk.ts'
import { type Emit, ignoreEvents } from '../../src/runtime/events.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { usualRetention } from '../../src/store/retention/keep-until.ts'

const roots = { proc: '/proc', sys: '/sys', root: '/' }

it('`up` stores again, without a restart, once a spool that could not be read can be', async () => {
  await using folder = await temporaryFolder('up-unreadable')
  // None before `up` reads what it sends.
  let failures = 2
  const disk: Disk = {
    ...nodeDisk,
    open: (path, mode) => {
      if (mode !== 'read' || !path.includes('segment-') || failures === 2) return nodeDisk.open(path, mode)
      failures++
      return Promise.reject(Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }))
    },
  }
  const stop = new AbortController()
  const told: string[] = []
  const emit: Emit = (name) => {
    told.push(name)
    if (name === 'ingest.stored') stop.abort(new Error('stored'))
  }
  const agent = {
    stateFolder: folder.path,
    intervalMs: 100,
    metrics: [gauge('a.metric', () => 1)],
    host: { labels: {} },
    spool: { maxBytes: 1e7, keepFreeRatio: 0 },
    roots,
    machine: await describeMachine(roots),
  }
  // What a former process left is read from the disk; what this one synced a moment ago is sent from memory.
  await leaveRecords(agent)
  await using embedded = await Embedded.open(
    {
      agent,
      store: { kind: 'sqlite', file: join(folder.path, 'metrics.db') },
      retention: usualRetention,
    },
    { clock: systemClock, disk, random: systemRandom, emit },
  )
  failures = 0
  const { storedRecords, spooledRecords } = await embedded.run(stop.signal, 10_000)
  expect(told.filter((name) => name === 'spool.failed')).toHaveLength(2)
  expect(told).not.toContain('role.failed')
  expect(storedRecords).toBeGreaterThan(0)
  expect(spooledRecords).toBe(0)
})

async function leaveRecords(options: AgentOptions): Promise<void> {
  const parts = { clock: systemClock, disk: nodeDisk, random: systemRandom, emit: ignoreEvents }
  await using agent = await Agent.open(options, parts)
  const stop = new AbortController()
  const running = agent.run(stop.signal)
  await agent.spool.next(1, stop.signal)
  stop.abort(new Error('enough'))
  await running
}
