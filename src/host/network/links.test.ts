import { expect, it } from 'vitest'
import { type Found, groupRounds } from '../../../test/support/group-rounds.ts'
import { machineTree } from '../../../test/support/machine-tree.ts'
import { links } from './links.ts'

async function measure(files: Readonly<Record<string, string>>, options = {}): Promise<Found> {
  const tree = Object.fromEntries(Object.entries(files).map(([path, text]) => [`sys/class/net/${path}`, text]))
  return groupRounds(links, machineTree(tree).roots, options).next()
}

const eth0 = { 'eth0/device/vendor': '0x1', 'eth0/operstate': 'up\n', 'eth0/speed': '1000\n' }
const adapter = '{hw.id=eth0,hw.name=eth0,hw.type=network}'

it('says of an adapter whether its link is up, and how fast', async () => {
  expect(await measure(eth0)).toEqual({
    [`hw.network.up${adapter}`]: 1,
    [`hw.network.bandwidth.limit${adapter}`]: 125_000_000,
  })
})

it.each([
  [{ 'eth0/operstate': 'down\n', 'eth0/speed': '-1\n' }, { [`hw.network.up${adapter}`]: 0 }],
  [{ 'eth0/operstate': 'lowerlayerdown\n', 'eth0/speed': '' }, { [`hw.network.up${adapter}`]: 0 }],
  [{ 'eth0/operstate': 'unknown\n', 'eth0/carrier': '1\n', 'eth0/speed': '' }, { [`hw.network.up${adapter}`]: 1 }],
  [{ 'eth0/operstate': 'unknown\n', 'eth0/speed': 'what\n' }, {}],
])('says no more than there is: %j', async (files, expected) => {
  expect(await measure({ ...eth0, ...files })).toEqual(expected)
})

it('leaves out what is no device or not chosen, and finds nothing without /sys', async () => {
  expect(await measure({ 'lo/operstate': 'unknown\n', 'br0/operstate': 'up\n' })).toEqual({})
  expect(await measure(eth0, { exclude: ['eth*'] })).toEqual({})
  expect(await measure({})).toEqual({})
})
