import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import type { HostRound } from './host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from './name-filter.ts'
import { wholeText } from './proc/whole-text.ts'

const ofArray = { 'system.device': 'the array’s name, md0 …' }

const state: Definition = {
  name: 'hostvitals.mdraid.state',
  unit: '1',
  kind: 'updowncounter',
  integer: true,
  description: '1 for the state that the array is in, 0 for the others',
  attributes: { ...ofArray, 'hostvitals.mdraid.state': 'active, readonly, inactive, broken' },
  source: '/sys/block/md*/md/array_state',
}
const disks: Definition = {
  name: 'hostvitals.mdraid.disk.count',
  unit: '{disk}',
  kind: 'updowncounter',
  integer: true,
  description: 'Disks of the array by state',
  attributes: { ...ofArray, 'hostvitals.mdraid.disk.state': 'active, recovering, spare, journal, failed' },
  source: '/sys/block/md*/md/dev-*/state and slot',
}
const required: Definition = {
  name: 'hostvitals.mdraid.disk.required',
  unit: '{disk}',
  kind: 'updowncounter',
  integer: true,
  description: 'Disks that the array has when it is whole',
  attributes: ofArray,
  source: '/sys/block/md*/md/raid_disks',
}
const degraded: Definition = {
  name: 'hostvitals.mdraid.disk.missing',
  unit: '{disk}',
  kind: 'updowncounter',
  integer: true,
  description: 'Disks that the array lacks; absent where its level has no redundancy',
  attributes: ofArray,
  source: '/sys/block/md*/md/degraded',
}
const progress: Definition = {
  name: 'hostvitals.mdraid.sync.progress',
  unit: '1',
  kind: 'gauge',
  description: 'Share of the resync, recovery, check, repair or reshape that is done; absent while there is none',
  attributes: { ...ofArray, 'hostvitals.mdraid.sync.action': 'resync, recover, check, repair, reshape' },
  source: '/sys/block/md*/md/sync_completed and sync_action',
}
const speed: Definition = {
  name: 'hostvitals.mdraid.sync.speed',
  unit: 'By/s',
  kind: 'gauge',
  integer: true,
  description: 'How fast it goes',
  attributes: { ...ofArray, 'hostvitals.mdraid.sync.action': 'resync, recover, check, repair, reshape' },
  source: '/sys/block/md*/md/sync_speed (KiB/s)',
}
const mismatches: Definition = {
  name: 'hostvitals.mdraid.mismatches',
  unit: '{sector}',
  kind: 'updowncounter',
  integer: true,
  description: 'Sectors that differed at the last check or repair',
  attributes: ofArray,
  source: '/sys/block/md*/md/mismatch_cnt',
}

// Documentation/admin-guide/md.rst, array_state.
const states: Readonly<Record<string, readonly string[]>> = {
  active: ['active', 'clean', 'write-pending', 'active-idle'],
  readonly: ['readonly', 'read-auto'],
  inactive: ['clear', 'inactive', 'suspended'],
  broken: ['broken'],
}
const diskStates = ['active', 'recovering', 'spare', 'journal', 'failed'] as const

/** Software RAID. */
export const mdraid: Group = defineGroup<NameFilterOptions>({
  name: 'mdraid',
  about: 'Software RAID arrays (md). A machine without them has nothing here.',
  metrics: [state, disks, required, degraded, progress, speed, mismatches],
  defaults: { include: [], exclude: [] },
  sentences: nameFilterSentences('arrays'),
  open: (options) => {
    const isChosen = nameFilter(options)
    return (round) => {
      for (const name of round.listSys('block')) if (name.startsWith('md') && isChosen(name)) putArray(round, name)
    }
  },
})

function putArray(round: HostRound, name: string): void {
  const folder = `block/${name}/md`
  const text = (file: string): string | undefined => round.sys(`${folder}/${file}`)
  const arrayState = text('array_state')
  // A partition, an array that was stopped meanwhile, or a state that no kernel's documentation has.
  if (arrayState === undefined || !Object.values(states).flat().includes(arrayState)) return
  const device = { 'system.device': name }
  const array = round.subject(name, () => device)
  for (const [which, texts] of Object.entries(states)) {
    const is = round.subject(`${name} is ${which}`, () => ({ ...device, 'hostvitals.mdraid.state': which }))
    is.put(state, Number(texts.includes(arrayState)))
  }
  // `4 (3)` while it is reshaped: what it will have, and what it had.
  array.put(required, wholeText(text('raid_disks')?.split(' ')[0]))
  array.put(degraded, wholeText(text('degraded')))
  array.put(mismatches, wholeText(text('mismatch_cnt')))
  const found = diskStatesIn(round, folder)
  for (const which of diskStates) {
    const of = round.subject(`${name} disks ${which}`, () => ({ ...device, 'hostvitals.mdraid.disk.state': which }))
    of.put(disks, found.filter((one) => one === which).length)
  }
  const action = text('sync_action')
  if (action === undefined || action === 'idle' || action === 'frozen') return
  const sync = round.subject(`${name} ${action}`, () => ({ ...device, 'hostvitals.mdraid.sync.action': action }))
  const [, done, all] = /^(\d{1,20}) \/ (\d{1,20})$/.exec(text('sync_completed') ?? '') ?? []
  const whole = Number(all ?? 0)
  sync.put(progress, whole > 0 ? Number(done) / whole : undefined)
  const kibibytes = wholeText(text('sync_speed'))
  sync.put(speed, kibibytes === undefined ? undefined : kibibytes * 1024)
}

function diskStatesIn(round: HostRound, folder: string): readonly (typeof diskStates)[number][] {
  return round.listSys(folder).flatMap((name) => {
    if (!name.startsWith('dev-')) return []
    const flags = round.sys(`${folder}/${name}/state`)?.split(',')
    if (flags === undefined) return []
    if (flags.includes('faulty')) return ['failed']
    if (flags.includes('journal')) return ['journal']
    if (flags.includes('in_sync')) return ['active']
    if (!flags.includes('spare')) return []
    // One that has a place in the array is being filled.
    return round.sys(`${folder}/${name}/slot`) === 'none' ? ['spare'] : ['recovering']
  })
}
