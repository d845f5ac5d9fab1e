import { join } from 'node:path'
import { expect, it } from 'vitest'
import { drain } from '../test/support/drain-spool.ts'
import { EventLog } from '../test/support/event-log.ts'
import { machineTree } from '../test/support/machine-tree.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { VirtualClock } from '../test/support/virtual-clock.ts'
import { Agent } from './agent.ts'
import type { CloudAttributes } from './host/identity/cloud-metadata.ts'
import { gauge } from './metric/gauge.ts'
import { nodeDisk } from './runtime/node-disk.ts'
import { systemRandom } from './runtime/random.ts'
import { describeThisHost } from './this-host.ts'
import { RecordDecoder } from './wire/decode.ts'
import { encodeMessage } from './wire/topic-message.ts'

/** An agent that asks a cloud, and what its first and second record say of the type of the machine. */
async function typesSaid(askCloud: () => Promise<CloudAttributes>) {
  await using folder = await temporaryFolder('agent-in-cloud')
  const [clock, events] = [new VirtualClock(), new EventLog()]
  const { promise: answer, resolve, reject } = Promise.withResolvers<CloudAttributes>()
  await using agent = await Agent.open(
    {
      stateFolder: folder.path,
      intervalMs: 1000,
      metrics: [gauge('m', () => 1)],
      host: { name: 'h', labels: {} },
      spool: { maxBytes: 1e7, keepFreeRatio: 0 },
      roots: { proc: '/proc', sys: '/sys', root: '/' },
      machine: { name: 'h', resource: { 'host.arch': 'amd64' }, marks: {} },
      askCloud: () => answer,
    },
    { clock, disk: nodeDisk, random: systemRandom, emit: events.emit },
  )
  const stop = new AbortController()
  const running = agent.run(stop.signal)
  // Nothing is said yet, and the first record is there all the same.
  await events.heard('spool.accepted')
  askCloud().then(resolve, reject)
  await expect
    .poll(
      async () => {
        await clock.advance(1000)
        return events.all('spool.accepted').length
      },
      { timeout: 30_000, interval: 10 },
    )
    .toBeGreaterThanOrEqual(3)
  const records = await drain(agent.spool)
  stop.abort(new Error('enough'))
  await running
  const decoder = new RecordDecoder()
  const said = records.map((record) => {
    const decoded = decoder.decode(Object.assign(encodeMessage(record, 0), { timestampMs: 0 }))
    const text = JSON.stringify(decoded, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
    return [text.includes('amd64'), text.includes('t3.micro')]
  })
  return { first: said[0], last: said.at(-1), silent: events.all('identity.cloud-silent').map(({ data }) => data) }
}

it('waits for no answer, and says it from then on', async () => {
  const said = await typesSaid(() => Promise.resolve({ 'host.type': 't3.micro' }))
  expect(said).toEqual({ first: [true, false], last: [true, true], silent: [] })
})

it('lives on without an answer, and says so', async () => {
  const said = await typesSaid(() => Promise.reject(new Error('no route to host')))
  expect(said).toEqual({ first: [true, false], last: [true, false], silent: [{ reason: 'no route to host' }] })
})

it.each([
  ['not asked for', false, 'Amazon EC2', false],
  ['asked for', true, 'Amazon EC2', true],
  ['asked for where there is no cloud', true, 'Dell Inc.', false],
  ['asked for in a cloud without one that is known', true, 'Hetzner', false],
])('a metadata service is asked where it is: %s', async (_name, askCloud, vendor, isAsked) => {
  const { roots } = machineTree({ 'sys/class/dmi/id/sys_vendor': `${vendor}\n` })
  const configured = { labels: {}, id: 'hashed', askCloud } as const
  const found = await describeThisHost(configured, { ...roots, root: join(roots.root, 'root') }, {})
  expect(found.askCloud !== undefined).toBe(isAsked)
})
