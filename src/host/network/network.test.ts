import { expect, it } from 'vitest'
import { type Found, groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { network } from './network.ts'

/** A net/dev: of each interface the bytes received; packets are a tenth, errors 3, dropped 4; sent is twice of all. */
function netDev(interfaces: Readonly<Record<string, number>>): string {
  const lines = Object.entries(interfaces).map(
    ([name, bytes]) =>
      `${name}:${bytes} ${Math.floor(bytes / 10)} 3 4 0 0 0 0 ${2 * bytes} ${Math.floor(bytes / 5)} 6 8 0 0 0 0\n`,
  )
  return `Inter-| Receive | Transmit\n face |bytes packets |bytes\n${lines.join('')}`
}

function machine(interfaces: Readonly<Record<string, number>>, options = {}) {
  const { roots, write } = machineTree({
    'proc/stat': 'cpu 1 2 3 4\nbtime 100\n',
    'proc/1/net/dev': netDev(interfaces),
  })
  return {
    rounds: groupRounds(network, roots, options),
    write: (changed: Readonly<Record<string, number>>) => write({ 'proc/1/net/dev': netDev(changed) }),
  }
}

function received(found: Found): Readonly<Record<string, number>> {
  const pattern = /^system\.network\.io\{network\.interface\.name=(.*),network\.io\.direction=receive\}$/
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) => {
      const name = pattern.exec(key)?.[1]
      return name === undefined ? [] : [[name, value]]
    }),
  )
}

function towards(direction: string): string {
  return `{network.interface.name=eth0,network.io.direction=${direction}}`
}

it('says what an interface moved', async () => {
  const found = await machine({ eth0: 100 }).rounds.next()
  expect(found).toEqual({
    [`system.network.io${towards('receive')}`]: 100,
    [`system.network.io${towards('transmit')}`]: 200,
    'system.network.packet.count{network.io.direction=receive,system.device=eth0}': 10,
    'system.network.packet.count{network.io.direction=transmit,system.device=eth0}': 20,
    [`system.network.packet.dropped${towards('receive')}`]: 4,
    [`system.network.packet.dropped${towards('transmit')}`]: 8,
    [`system.network.errors${towards('receive')}`]: 3,
    [`system.network.errors${towards('transmit')}`]: 6,
  })
})

it.each([
  [{}, { lo: 1, eth0: 2, docker0: 3 }],
  [{ include: ['eth*'] }, { eth0: 2 }],
  [{ exclude: ['lo', 'docker*'] }, { eth0: 2 }],
])('with %j it has %j', async (options, expected) => {
  expect(received(await machine({ lo: 1, eth0: 2, docker0: 3 }, options).rounds.next())).toEqual(expected)
})

it('makes one series of the interfaces of containers, which come and go, and it never falls', async () => {
  const { rounds, write } = machine({ eth0: 10, vetha: 1000, vethb: 500 })
  expect(received(await rounds.next())).toEqual({ eth0: 10, veth: 0 })
  write({ eth0: 10, vetha: 1100, vethb: 500 })
  expect(received(await rounds.next())).toEqual({ eth0: 10, veth: 100 })
  write({ eth0: 10, vetha: 1100, vethc: 70 })
  expect(received(await rounds.next())).toEqual({ eth0: 10, veth: 170 })
  write({ eth0: 10, vetha: 30, vethc: 70 })
  expect(received(await rounds.next())).toEqual({ eth0: 10, veth: 200 })
  write({ eth0: 10 })
  const samples = await rounds.nextSamples()
  const veth = samples.find(({ series }) => series.attributes['network.interface.name'] === 'veth')
  expect(veth).toMatchObject({ value: 200, startTimeMs: 1_000_000 })
})

it('has no such series where there is none of them, and counts those that come from their begin', async () => {
  const { rounds, write } = machine({ eth0: 10 })
  expect(received(await rounds.next())).toEqual({ eth0: 10 })
  write({ eth0: 10, vetha: 40 })
  expect(received(await rounds.next())).toEqual({ eth0: 10, veth: 40 })
})

it('takes other globs, or none', async () => {
  const { rounds, write } = machine({ tap1: 5, tap2: 6, veth1: 7 }, { aggregate: ['tap*'] })
  expect(received(await rounds.next())).toEqual({ tap: 0, veth1: 7 })
  write({ tap1: 6, tap2: 8, veth1: 7 })
  expect(received(await rounds.next())).toEqual({ tap: 3, veth1: 7 })
  expect(received(await machine({ veth1: 7 }, { aggregate: [] }).rounds.next())).toEqual({ veth1: 7 })
})

it('counts an interface that wrapped at 32 bits, or is another of the same name, from the former round', async () => {
  const { rounds, write } = machine({ eth0: 4_294_967_290 })
  expect((await rounds.nextSamples())[0]).toMatchObject({ startTimeMs: 100_000 })
  write({ eth0: 10 })
  expect((await rounds.nextSamples())[0]).toMatchObject({ value: 10, startTimeMs: 1_000_001 })
})

it('goes without the interface that is gone, and fails where the file is cut off', async () => {
  const { rounds, write } = machine({ eth0: 1, eth1: 2 })
  await rounds.next()
  write({ eth1: 2 })
  expect(received(await rounds.next())).toEqual({ eth1: 2 })
  const { roots } = machineTree({ 'proc/1/net/dev': 'a\nb\neth0: 1 2' })
  await expect(groupRounds(network, roots).next()).rejects.toThrow('net/dev')
})
