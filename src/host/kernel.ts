import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { Scanner } from './proc/scanner.ts'

const usage: Definition = {
  name: 'hostvitals.file_handle.usage',
  unit: '{file_handle}',
  kind: 'updowncounter',
  integer: true,
  description: 'Files that are open, on the whole machine',
  source: '/proc/sys/fs/file-nr, field 1 − field 2',
}
const limit: Definition = {
  name: 'hostvitals.file_handle.limit',
  unit: '{file_handle}',
  kind: 'updowncounter',
  integer: true,
  description: 'Files that can be open; absent where there is no limit worth its name (2⁶³ − 1)',
  source: '/proc/sys/fs/file-nr, field 3',
}
const entropy: Definition = {
  name: 'hostvitals.entropy.available',
  unit: '{bit}',
  kind: 'gauge',
  integer: true,
  description: 'Chance that the kernel has gathered; from Linux 5.18 on it is 256 once it has been filled',
  source: '/proc/sys/kernel/random/entropy_avail',
}

/** What the kernel has a limited number of. */
export const kernel: Group = defineGroup({
  name: 'kernel',
  about: 'Open files and entropy.',
  metrics: [usage, limit, entropy],
  defaults: {},
  sentences: {},
  open: () => (round) => {
    const fileNr = round.optionalProc('sys/fs/file-nr')
    if (fileNr !== undefined) {
      const scanner = new Scanner('file-nr', fileNr)
      scanner.nextLine()
      const [allocated, free, most] = [scanner.whole(), scanner.whole(), scanner.whole()]
      round.put(usage, allocated - free)
      if (Number.isSafeInteger(most)) round.put(limit, most)
    }
    const available = round.optionalProc('sys/kernel/random/entropy_avail')
    if (available === undefined) return
    const scanner = new Scanner('entropy_avail', available)
    scanner.nextLine()
    round.put(entropy, scanner.whole())
  },
})
