import { expect, it } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import { nfs } from './nfs.ts'

const boot = { 'proc/stat': 'cpu 1 2 3 4\nbtime 100\n' }
const client = `net 0 0 0 0
rpc 4329785 12 4338291
proc2 18 2 69 0 0 4410 0 0 0 0 0 0 0 0 0 0 0 99 2
proc3 22 1 4084749 29200 94754 32580 186 47747 7981 8639 0 6356 0 6962 0 7958 0 0 241 4 4 2 39
proc4 61 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 3 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
`
const server = `rc 0 6 18622
fh 5 0 0 0 0
io 157286400 72864
th 8 0 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000 0.000
ra 32 0 0 0 0 0 0 0 0 0 0 0
net 18628 1 18627 6
rpc 18628 3 2 1 0
proc3 22 2 112 0 2719 111 0 0 0 0 0 0 0 0 0 0 0 27 216 0 2 1 0
proc4 2 2 10853
proc4ops 72 0 0 0 1098 2 0 0 0 0 8179 5896 0 0 0 0 5900 0 0 2 0 2 0 9609 0 2 150 1272 0 0 0 1236 0 0 0 0 3 3 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
wdeleg_getattr 0
`

it('counts what a client does, by the procedures that it used', async () => {
  const { roots } = machineTree({ ...boot, 'proc/1/net/rpc/nfs': client })
  const found = await groupRounds(nfs, roots).next()
  expect(found).toMatchObject({
    'nfs.client.rpc.count': 4_329_785,
    'nfs.client.rpc.retransmit.count': 12,
    'nfs.client.rpc.authrefresh.count': 4_338_291,
    'nfs.client.procedure.count{onc_rpc.procedure.name=LOOKUP,onc_rpc.version=2}': 4410,
    'nfs.client.procedure.count{onc_rpc.procedure.name=GETATTR,onc_rpc.version=3}': 4_084_749,
    'nfs.client.procedure.count{onc_rpc.procedure.name=COMMIT,onc_rpc.version=3}': 39,
    'nfs.client.operation.count{nfs.operation.name=ACCESS,onc_rpc.version=4}': 7,
    'nfs.client.operation.count{nfs.operation.name=SEQUENCE,onc_rpc.version=4}': 3,
  })
  expect(Object.values(found)).not.toContain(0)
})

it('counts what a server does', async () => {
  const { roots } = machineTree({ ...boot, 'proc/1/net/rpc/nfsd': server })
  expect(await groupRounds(nfs, roots).next()).toMatchObject({
    'nfs.server.rpc.count': 18_628,
    'nfs.server.rpc.count{error.type=format}': 2,
    'nfs.server.rpc.count{error.type=auth}': 1,
    'nfs.server.rpc.count{error.type=client}': 0,
    'nfs.server.io{network.io.direction=transmit}': 157_286_400,
    'nfs.server.io{network.io.direction=receive}': 72_864,
    'nfs.server.net.count{network.transport=udp}': 1,
    'nfs.server.net.count{network.transport=tcp}': 18_627,
    'nfs.server.net.tcp.connection.accepted': 6,
    'nfs.server.repcache.requests{nfs.server.repcache.status=hit}': 0,
    'nfs.server.repcache.requests{nfs.server.repcache.status=nocache}': 18_622,
    'nfs.server.fh.stale.count': 5,
    'nfs.server.thread.count': 8,
    'nfs.server.procedure.count{onc_rpc.procedure.name=READDIRPLUS,onc_rpc.version=3}': 216,
    'nfs.server.procedure.count{onc_rpc.procedure.name=COMPOUND,onc_rpc.version=4}': 10_853,
    'nfs.server.operation.count{nfs.operation.name=ACCESS,onc_rpc.version=4}': 1098,
    'nfs.server.operation.count{nfs.operation.name=PUTFH,onc_rpc.version=4}': 9609,
    'nfs.server.operation.count{nfs.operation.name=READ,onc_rpc.version=4}': 150,
  })
})

it('counts a procedure that is used for the first time since the former round', async () => {
  const { roots, write } = machineTree({ ...boot, 'proc/1/net/rpc/nfs': 'rpc 1 0 0\nproc3 3 1 0 0\n' })
  const rounds = groupRounds(nfs, roots, { without: ['nfs.client.rpc.count'] })
  await rounds.nextSamples()
  write({ 'proc/1/net/rpc/nfs': 'rpc 1 0 0\nproc3 3 1 4 0\n' })
  const samples = await rounds.nextSamples()
  expect(samples.find(({ series }) => series.attributes['onc_rpc.procedure.name'] === 'GETATTR')).toMatchObject({
    value: 4,
    startTimeMs: 1_000_001,
  })
})

it.each([
  ['is cut off', 'rpc 1 0 0\nproc3 22 1 2 3\n'],
  ['has words', 'rpc one two three\n'],
  ['is binary', '\u0000\u0001\u0002'],
  ['is empty', ''],
])('refuses a file that %s, naming it', async (_what, text) => {
  const { roots } = machineTree({ ...boot, 'proc/1/net/rpc/nfs': text })
  await expect(groupRounds(nfs, roots).next()).rejects.toMatchObject({
    code: 'HOSTVITALS_FORMAT',
    message: expect.stringContaining('net/rpc/nfs'),
  })
})

it('has nothing on a host without NFS', async () => {
  expect(await groupRounds(nfs, machineTree({}).roots).next()).toEqual({})
})
