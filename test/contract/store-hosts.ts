import { expect, it } from 'vitest'
import { listGaps } from '../../src/query/status/gaps.ts'
import { listHosts, type ListedHost } from '../../src/query/host/host-list.ts'
import { findHosts } from '../../src/query/host/hosts.ts'
import { readStatus } from '../../src/query/status/status.ts'
import { forgetHost } from '../../src/store/forget-host.ts'
import { consumerNowMs, TestAgent } from '../support/arrived-records.ts'
import { inWorld, type IngestWorld } from '../support/ingest-world.ts'
import type { StoreHarness } from './store.ts'

const nowMs = consumerNowMs
const first = 'a0000000-0000-4000-8000-000000000001'
const second = 'a0000000-0000-4000-8000-000000000002'

/** Who hosts are, who replaced whom, and that a forgotten one is on no list until it sends again. */
export function describeHosts(harness: StoreHarness): void {
  const web = new TestAgent({ agentUid: first, labels: { site: 'berlin' } })

  it('lists hosts with all that is known of who they are', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const copy = new TestAgent({ agentUid: second, name: 'web-1', replacesUid: first, isEphemeral: true })
      const again = new TestAgent({ agentUid: first, run: 8n, labels: { site: 'berlin' } })
      await world.takeRecords(web.record(1, nowMs - 60_000))
      await world.takeRecords(again.record(1, nowMs - 45_000), web.record(2, nowMs - 31_000))
      await world.takeRecords(copy.record(1, nowMs - 300_000))
      const [one, other, ...none] = await listHosts(store, nowMs, { forgotten: false })
      expect(none).toEqual([])
      expect(one).toEqual({
        name: 'web-1',
        agentUid: first,
        labels: { site: 'berlin' },
        state: 'late',
        firstSeen: new Date(nowMs - 60_000).toISOString(),
        lastSeen: new Date(nowMs - 31_000).toISOString(),
        intervalMs: 10_000,
        replaces: null,
        replacedBy: [{ name: 'web-1', agentUid: second }],
        isEphemeral: false,
        hasTwoRuns: true,
        forgottenAt: null,
      } satisfies ListedHost)
      expect(other).toMatchObject({
        agentUid: second,
        state: 'down',
        replaces: { name: 'web-1', agentUid: first },
        replacedBy: [],
        isEphemeral: true,
        hasTwoRuns: false,
      })
      expect((await readStatus(store, nowMs)).hosts.map(({ agentUid, flags }) => [agentUid, flags])).toEqual([
        [second, ['ephemeral']],
        [first, ['two-runs', 'clock']],
      ])
    }))

  it('first saw a host at its earliest record, also where many of them come in one batch', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(...[3, 2, 1].map((minutes, at) => web.record(at + 1, nowMs - minutes * 60_000)))
      expect(await listHosts(store, nowMs, { forgotten: false })).toMatchObject([
        {
          firstSeen: new Date(nowMs - 180_000).toISOString(),
          lastSeen: new Date(nowMs - 60_000).toISOString(),
        },
      ])
    }))

  it('links a copy to its original also where the original is heard of later', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const copy = new TestAgent({ agentUid: second, replacesUid: first })
      await world.takeRecords(copy.record(1))
      await world.takeRecords(web.record(1))
      const replaced = async () => (await listHosts(store, nowMs, { forgotten: false })).map(({ replaces }) => replaces)
      expect(await replaced()).toEqual([null, null])
      // A host is looked at anew once a minute, and when its agent is started again.
      await world.takeRecords(new TestAgent({ agentUid: second, run: 8n, replacesUid: first }).record(30))
      expect(await replaced()).toEqual([{ name: 'web-1', agentUid: first }, null])
    }))

  it('takes none for a copy of itself', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(web.record(1))
      await world.takeRecords(new TestAgent({ run: 8n, replacesUid: first }).record(30))
      expect(await listHosts(store, nowMs, { forgotten: false })).toMatchObject([{ replaces: null, replacedBy: [] }])
    }))

  it('refuses a name that two hosts have, by both uids, and takes either uid', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(web.record(1), new TestAgent({ agentUid: second }).record(1))
      await expect(findHosts(store, { host: 'web-1' })).rejects.toThrow(
        `2 hosts are called 'web-1': ${first}, ${second}`,
      )
      expect(await findHosts(store, { host: second.toUpperCase() })).toMatchObject([{ agentUid: second }])
      expect(await findHosts(store, { labels: { site: 'berlin' } })).toMatchObject([{ agentUid: first }])
      expect(await findHosts(store, { host: 'web-1', labels: { site: 'berlin' } })).toMatchObject([{ agentUid: first }])
    }))

  it('has a forgotten host on no list, under no name, with its gaps, and keeps its id and readings', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      const other = new TestAgent({ agentUid: second })
      await world.takeRecords(web.record(1), web.record(5), other.record(1))
      const [{ hostId } = { hostId: 0 }] = await findHosts(store, { host: first })
      expect(await forgetHost(store, hostId, nowMs)).toBe(true)
      expect(await forgetHost(store, hostId, nowMs + 1)).toBe(false)
      expect(await listHosts(store, nowMs, { forgotten: false })).toMatchObject([{ agentUid: second }])
      expect(await listHosts(store, nowMs, { forgotten: true })).toMatchObject([
        { agentUid: first, forgottenAt: new Date(nowMs).toISOString() },
        { agentUid: second, forgottenAt: null },
      ])
      const status = await readStatus(store, nowMs)
      expect(status.hosts).toMatchObject([{ agentUid: second }])
      expect(status.gaps?.open).toEqual({ ranges: 0, records: 0 })
      expect(await listGaps(store, { limit: 10 })).toEqual([])
      expect(await listGaps(store, { limit: 10, hostIds: [hostId] })).toHaveLength(1)
      expect(await findHosts(store, { host: 'web-1' })).toMatchObject([{ agentUid: second }])
      expect(await findHosts(store, { host: first })).toMatchObject([{ hostId, forgottenMs: nowMs }])
      expect(
        await store.database.selectFrom('scrape').select('seq').where('host_id', '=', hostId).execute(),
      ).toHaveLength(2)
      await forgetHost(store, (await findHosts(store, { host: second }))[0]?.hostId ?? 0, nowMs)
      await expect(findHosts(store, { host: 'web-1' })).rejects.toThrow(`'web-1' is forgotten: ${first}, ${second}`)
      expect(await findHosts(store, {})).toEqual([])
    }))

  it('has it back when it sends again, under its id, and tells so once; what was measured before brings none back', async () =>
    inWorld(harness, async (world) => {
      const { store } = world
      await world.takeRecords(web.record(40))
      const [{ hostId } = { hostId: 0 }] = await findHosts(store, { host: first })
      await forgetHost(store, hostId, nowMs)
      await world.takeRecords(web.record(1))
      expect(await findHosts(store, {})).toEqual([])
      expect(returned(world)).toEqual([])
      await world.takeRecords(web.record(60))
      await world.takeRecords(web.record(75))
      expect(await findHosts(store, { host: 'web-1' })).toMatchObject([{ hostId, forgottenMs: undefined }])
      expect(returned(world)).toEqual([{ host: 'web-1', agentUid: first }])
    }))
}

function returned({ events }: IngestWorld): readonly unknown[] {
  return events.filter(({ name }) => name === 'ingest.host-returned').map(({ data }) => data)
}
