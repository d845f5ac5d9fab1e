import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { parseLocks } from './proc/locks.ts'

const count: Definition = {
  name: 'system.filesystem.lock.count',
  unit: '{lock}',
  kind: 'updowncounter',
  integer: true,
  description: 'Locks on files that are held',
  attributes: {
    'system.device': 'the device’s number, hexadecimal: fe:00',
    'file.lock.mechanism': 'POSIX, FLOCK, LEASE …',
    'file.lock.mode': 'ADVISORY, MANDATORY, ACTIVE …',
    'file.lock.type': 'read, write, unlock, other',
  },
  source: '/proc/locks, number of lines, without those that wait (->)',
}

/** Locks on files. */
export const locks: Group = defineGroup({
  name: 'locks',
  about:
    'Locks on files, by device and kind; those that our view of the processes shows. While the kernel lists them nobody locks a file, and it waits for all processors first, so they are asked seldom.',
  leastIntervalMs: 30_000,
  metrics: [count],
  defaults: {},
  sentences: {},
  open: () => {
    const known = new Set<string>()
    return async (round) => {
      const bytes = await round.slowProc('locks')
      if (bytes === undefined) return
      const counts = new Map<string, number>()
      for (const { mechanism, mode, type, device } of parseLocks(bytes)) {
        const key = `${device}\n${mechanism}\n${mode}\n${type}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
      // A kind of lock that nobody holds any more is held by nobody, which is a number.
      for (const key of counts.keys()) known.add(key)
      for (const key of known) {
        const [device = '', mechanism = '', mode = '', type = ''] = key.split('\n')
        const attributes = { 'file.lock.mechanism': mechanism, 'file.lock.mode': mode, 'file.lock.type': type }
        const subject = round.subject(key, () =>
          device === '' ? attributes : { 'system.device': device, ...attributes },
        )
        subject.put(count, counts.get(key) ?? 0)
      }
      if (known.size > 1000) known.clear()
    }
  },
})
