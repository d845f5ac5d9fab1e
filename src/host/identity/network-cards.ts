import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { knownId } from './known-id.ts'
import { readOptional } from './read-optional.ts'

/** What the kernel says of an address that the hardware has; others were set or made up. Source: sysfs-class-net. */
const permanent = '0'

/**
 * The addresses of the physical network cards, sorted. Those have a device behind them; bridges, tunnels and the ends that
 * containers have do not. Source: Documentation/ABI/testing/sysfs-class-net.
 */
export async function physicalMacs(sys: string): Promise<readonly string[]> {
  const folder = join(sys, 'class/net')
  const macs = await Promise.all((await listed(folder)).map((name) => macOf(join(folder, name))))
  return macs.flatMap((mac) => mac ?? []).sort((a, b) => (a < b ? -1 : 1))
}

async function macOf(card: string): Promise<string | undefined> {
  if (!(await exists(join(card, 'device')))) return undefined
  // A card of a bond has the bond's address, and keeps its own there.
  const own = await readOptional(join(card, 'bonding_slave/perm_hwaddr'))
  if (own !== undefined) return knownMac(own)
  const assigned = (await readOptional(join(card, 'addr_assign_type')))?.trim() ?? permanent
  return assigned === permanent ? knownMac(await readOptional(join(card, 'address'))) : undefined
}

/** QEMU gives these to cards that nobody gave an address: many machines have them. */
const ofQemu = /^52:54:00:12:34:5[6-9a-f]$/

/**
 * The part of an address that is the card's. One of InfiniBand begins with the number of a queue, which is another after each
 * start; its last eight bytes are the port's. Source: RFC 4391, 9.1.1.
 */
function knownMac(text: string | undefined): string | undefined {
  const mac = knownId(text)
  if (mac === undefined || ofQemu.test(mac)) return undefined
  const bytes = mac.split(':')
  return bytes.length === 20 ? knownId(bytes.slice(12).join(':')) : mac
}

async function listed(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch {
    // No such folder, as outside of Linux: no card is known.
    return []
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    // Nothing there, or nothing that may be seen.
    return false
  }
}
