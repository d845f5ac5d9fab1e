import type { MachineTree } from './machine-tree.ts'

/** The files of a network card, as the kernel shows one that is a device. */
export function networkCard(name: string, address: string): MachineTree {
  const folder = `sys/class/net/${name}`
  return {
    [`${folder}/address`]: `${address}\n`,
    [`${folder}/addr_assign_type`]: '0\n',
    [`${folder}/device/uevent`]: 'DRIVER=igb\n',
  }
}
