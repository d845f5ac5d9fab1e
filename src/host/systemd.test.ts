import { mkdirSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { groupRounds } from '../../test/support/group-rounds.ts'
import { machineTree } from '../../test/support/machine-tree.ts'
import type { HostRoots } from '../metric/metric.ts'
import { callOnce } from './dbus/call.ts'
import { decodeMessage, encodeCall } from './dbus/message.ts'
import { listUnits, unitsIn } from './dbus/units.ts'
import { systemd } from './systemd.ts'

/** Bytes as a bus writes them, each value where its size has it. */
class Writer {
  #bytes: number[] = []

  align(size: number): this {
    while (this.#bytes.length % size !== 0) this.#bytes.push(0)
    return this
  }

  uint32(value: number): this {
    this.align(4).#bytes.push(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255)
    return this
  }

  bytes(...values: readonly number[]): this {
    this.#bytes.push(...values)
    return this
  }

  string(text: string): this {
    return this.uint32(Buffer.byteLength(text)).bytes(...Buffer.from(text), 0)
  }

  signature(text: string): this {
    return this.bytes(text.length, ...Buffer.from(text), 0)
  }

  done(): Buffer {
    return Buffer.from(this.#bytes)
  }
}

/** A message with its serial of the call that it answers, its body's signature, and the error's name. */
function message(kind: number, options: { reply?: number; signature?: string; error?: string; body?: Buffer }): Buffer {
  const { reply = 2, signature = '', error, body = Buffer.alloc(0) } = options
  const fields = new Writer().align(8).bytes(5).signature('u').uint32(reply)
  if (error !== undefined) fields.align(8).bytes(4).signature('s').string(error)
  if (signature !== '') fields.align(8).bytes(8).signature('g').signature(signature)
  const all = fields.done()
  const head = new Writer().bytes(0x6c, kind, 1, 1).uint32(body.length).uint32(9).uint32(all.length)
  return Buffer.concat([
    head
      .bytes(...all)
      .align(8)
      .done(),
    body,
  ])
}

/** What ListUnits answers: `name state` of each. */
function unitList(...units: readonly string[]): Buffer {
  const structs = new Writer()
  for (const unit of units) {
    const [name = '', active = ''] = unit.split(' ')
    structs.align(8).string(name).string('a description, äöü').string('loaded').string(active).string('running')
    structs.string('').string('/org/freedesktop/systemd1/unit/x').uint32(0).string('').string('/')
  }
  const body = new Writer().uint32(structs.done().length).align(8)
  return message(2, { signature: 'a(ssssssouso)', body: Buffer.concat([body.done(), structs.done()]) })
}

const hello = message(2, { reply: 1, signature: 's', body: new Writer().string(':1.7').done() })
const signalOfName = message(4, { reply: 0 })

/** A machine whose bus lets everyone in and then says these bytes, a few at a time. */
async function machineWithBus(said: Buffer, greeting = ['DATA', 'OK 0123']): Promise<HostRoots> {
  const { roots } = machineTree({ 'proc/stat': 'cpu 1 2 3 4\nbtime 1\n' })
  mkdirSync(join(roots.root, 'run/dbus'), { recursive: true })
  const open = new Set<Socket>()
  const bus = createServer((socket) => {
    open.add(socket)
    let heard = ''
    socket.on('error', () => open.delete(socket))
    socket.on('data', (bytes) => {
      const had = heard.length
      heard += bytes.toString('latin1')
      if (had === 0) socket.write(greeting.map((line) => `${line}\r\n`).join(''))
      if (!heard.includes('ListUnits')) return
      for (let at = 0; at < said.length; at += 100) socket.write(said.subarray(at, at + 100))
      socket.end()
    })
  })
  await new Promise<void>((resolve) => {
    bus.listen(join(roots.root, 'run/dbus/system_bus_socket'), resolve)
  })
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    bus.close()
  })
  return roots
}

it('counts units by type and state, and names those that failed', async () => {
  const units = ['a.service active', 'b.service failed', 'c.service failed', 'd@1.timer active', 'e.f.socket inactive']
  units.push('g.mount refreshing', 'h.service maintenance')
  const roots = await machineWithBus(Buffer.concat([hello, signalOfName, unitList(...units)]))
  const found = Object.entries(await groupRounds(systemd, roots).next()).filter(([, value]) => value !== 0)
  expect(
    Object.fromEntries(found.map(([key, value]) => [key.replaceAll('hostvitals.systemd.unit.', ''), value])),
  ).toEqual({
    'count{state=active,type=service}': 1,
    'count{state=failed,type=service}': 2,
    'count{state=active,type=timer}': 1,
    'count{state=inactive,type=socket}': 1,
    'count{state=refreshing,type=mount}': 1,
    'count{state=maintenance,type=service}': 1,
    'failed{name=b.service}': 1,
    'failed{name=c.service}': 1,
  })
})

it('tells the state of the units that are chosen, when asked for', async () => {
  const roots = await machineWithBus(Buffer.concat([hello, unitList('a.service active', 'b.timer failed')]))
  const options = {
    also: ['hostvitals.systemd.unit.state'],
    without: ['hostvitals.systemd.unit.count'],
    include: ['b*'],
  }
  expect(await groupRounds(systemd, roots, options).next()).toMatchObject({
    'hostvitals.systemd.unit.failed{hostvitals.systemd.unit.name=b.timer}': 1,
    'hostvitals.systemd.unit.state{hostvitals.systemd.unit.name=b.timer,hostvitals.systemd.unit.state=failed}': 1,
    'hostvitals.systemd.unit.state{hostvitals.systemd.unit.name=b.timer,hostvitals.systemd.unit.state=active}': 0,
  })
})

it('has nothing on a host without a bus, or whose bus has no systemd', async () => {
  expect(await groupRounds(systemd, machineTree({}).roots).next()).toEqual({})
  const error = message(3, { error: 'org.freedesktop.DBus.Error.ServiceUnknown' })
  expect(await groupRounds(systemd, await machineWithBus(Buffer.concat([hello, error]))).next()).toEqual({})
})

it.each([
  ['lets nobody in', hello, ['REJECTED EXTERNAL'], 'does not let us ask: "REJECTED EXTERNAL"'],
  ['lets nobody in after all', hello, ['DATA', 'REJECTED'], 'does not let us ask: "REJECTED"'],
  ['greets strangely', hello, ['x'.repeat(5000)], 'does not let us ask'],
  ['refuses', message(3, { error: 'org.freedesktop.DBus.Error.AccessDenied' }), undefined, 'AccessDenied'],
  ['refuses the greeting', message(3, { reply: 1, error: 'x.LimitsExceeded' }), undefined, 'x.LimitsExceeded'],
  ['goes away', hello, undefined, 'closed the connection before it answered'],
  ['says bytes', Buffer.alloc(40, 7), undefined, 'no byte order'],
  ['says too much', Buffer.concat([Buffer.from([0x6c, 2, 1, 1]), Buffer.alloc(12, 0x7f)]), undefined, 'is longer than'],
  ['answers in another form', message(2, { signature: 'as' }), undefined, "gives 'as'"],
  [
    'is cut off within',
    message(2, { signature: 'a(ssssssouso)', body: new Writer().uint32(400).align(8).string('a.service').done() }),
    undefined,
    'ends within a value',
  ],
])('fails, saying why, where the bus %s', async (_what, said, greeting, text) => {
  const roots = await machineWithBus(said, greeting)
  await expect(groupRounds(systemd, roots).next()).rejects.toThrow(text)
})

it('gives up when the round is over', async () => {
  const roots = await machineWithBus(hello, [])
  const over = new AbortController()
  const answer = callOnce(join(roots.root, 'run/dbus/system_bus_socket'), listUnits, over.signal)
  over.abort(new Error('the round is over'))
  await expect(answer).rejects.toThrow('the round is over')
})

it('writes a call as the specification says', () => {
  const bytes = encodeCall({ serial: 2, ...listUnits })
  expect(bytes.length % 8).toBe(0)
  expect(decodeMessage(bytes)).toMatchObject({ kind: 'other', length: bytes.length, signature: '' })
  expect(bytes.subarray(0, 12).toString('hex')).toBe('6c0102010000000002000000')
})

it('reads an answer that is big end first', () => {
  const body = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0])
  const fields = Buffer.from([5, 1, 0x75, 0, 0, 0, 0, 2, 8, 1, 0x67, 0, 13, ...Buffer.from('a(ssssssouso)'), 0])
  const head = Buffer.from([0x42, 2, 1, 1, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, fields.length])
  const padding = Buffer.alloc((8 - (fields.length % 8)) % 8)
  const answer = decodeMessage(Buffer.concat([head, fields, padding, body]))
  expect(answer).toMatchObject({ kind: 'return', replySerial: 2 })
  expect(answer === undefined ? undefined : unitsIn(answer)).toEqual([])
})
