import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { VirtualClock } from '../test/support/virtual-clock.ts'
import { Agent } from './agent.ts'
import type { Container } from './host/identity/container.ts'
import type { Emit } from './runtime/events.ts'
import { nodeDisk } from './runtime/node-disk.ts'
import { systemRandom } from './runtime/random.ts'
import { RecordDecoder } from './wire/decode.ts'
import { encodeMessage } from './wire/topic-message.ts'

const overlay = '612 534 0:51 / / rw,relatime - overlay overlay rw\n'
const uid = '7f3a1c52-0d7e-4b0e-9d6e-2b8a5f0c9e11'

/** What an agent in this container says of itself: to its log, and in its first record. */
async function started(container: (folder: string) => Container | undefined, host: { readonly uid?: string } = {}) {
  await using folder = await temporaryFolder('agent-in-container')
  const told: unknown[] = []
  const emit: Emit = (name, data) => {
    if (name === 'identity.ephemeral') told.push(data)
  }
  const found = container(folder.path)
  await using agent = await Agent.open(
    {
      stateFolder: folder.path,
      intervalMs: 1000,
      metrics: [
        { name: 'm', read: () => [{ series: { name: 'm', unit: '1', kind: 'gauge', attributes: {} }, value: 1 }] },
      ],
      host: { name: 'h', labels: {}, ...host },
      spool: { maxBytes: 1e7, keepFreeRatio: 0 },
      roots: { proc: '/proc', sys: '/sys', root: '/' },
      machine: { name: 'h', resource: {}, marks: {}, ...(found === undefined ? {} : { container: found }) },
    },
    { clock: new VirtualClock(), disk: nodeDisk, random: systemRandom, emit },
  )
  const stop = new AbortController()
  const running = agent.run(stop.signal)
  const { records } = await agent.spool.next(1, stop.signal)
  stop.abort(new Error('enough'))
  await running
  const resources = records.map(
    (record) => new RecordDecoder().decode({ ...encodeMessage(record, 0), timestampMs: 0 }).parts[0]?.host.resource,
  )
  return {
    told: told.length,
    isEphemeral: resources[0]?.['hostvitals.ephemeral'] ?? false,
    uid: agent.identity.agentUid,
  }
}

const volumeOver = (path: string): string => `${overlay}613 612 8:1 /state ${path} rw - ext4 /dev/sda1 rw\n`

it.each<[string, (folder: string) => Container | undefined, { readonly uid?: string }, boolean]>([
  ['on a machine', () => undefined, {}, false],
  ['in a container, its state on the layer', () => ({ kind: 'application', mountinfo: overlay }), {}, true],
  ['in one, its state on a volume', (folder) => ({ kind: 'application', mountinfo: volumeOver(folder) }), {}, false],
  [
    'in one, its state below a volume',
    (folder) => ({ kind: 'application', mountinfo: volumeOver(dirname(folder)) }),
    {},
    false,
  ],
  ['in one that is told who it is', () => ({ kind: 'application', mountinfo: overlay }), { uid }, false],
  [
    'in a container that is kept',
    () => ({ kind: 'system', mountinfo: overlay.replaceAll('overlay', 'ext4') }),
    {},
    false,
  ],
])('%s an identity is ephemeral or not, and told so', async (_name, container, host, expected) => {
  const said = await started(container, host)
  expect(said).toMatchObject({ told: expected ? 1 : 0, isEphemeral: expected, ...host })
})
