import { defineGroup, type Group } from './group.ts'
import type { Definition } from './definition.ts'
import { callOnce, refused } from './dbus/call.ts'
import { busError } from './dbus/message.ts'
import { listUnits, type Unit, unitsIn } from './dbus/units.ts'
import type { HostRound } from './host-round.ts'
import { nameFilter, type NameFilterOptions, nameFilterSentences } from './name-filter.ts'

const states = [
  'active',
  'reloading',
  'inactive',
  'failed',
  'activating',
  'deactivating',
  'maintenance',
  'refreshing',
] as const
// Source: unit_active_state_table of systemd.
const listed = states.join(', ')
const source = 'ActiveState of ListUnits of org.freedesktop.systemd1 on the system bus'

const count: Definition = {
  name: 'hostvitals.systemd.unit.count',
  unit: '{unit}',
  kind: 'updowncounter',
  integer: true,
  description: 'Units by type and state; types that this host has units of',
  attributes: { 'hostvitals.systemd.unit.type': 'service, socket, timer …', 'hostvitals.systemd.unit.state': listed },
  source,
}
const failed: Definition = {
  name: 'hostvitals.systemd.unit.failed',
  unit: '1',
  kind: 'gauge',
  integer: true,
  description: '1 for each unit that failed, while it is; at most 100',
  attributes: { 'hostvitals.systemd.unit.name': 'nginx.service …' },
  source,
}
const state: Definition = {
  name: 'hostvitals.systemd.unit.state',
  unit: '1',
  kind: 'updowncounter',
  integer: true,
  description: '1 for the state that a unit is in, 0 for the others; of those that `include` and `exclude` choose',
  attributes: { 'hostvitals.systemd.unit.name': 'nginx.service …', 'hostvitals.systemd.unit.state': listed },
  source,
  isOptIn: true,
}

const mostFailed = 100
// A bus without systemd behind it: a container, or another init.
const noSystemd = /\.(?:ServiceUnknown|NameHasNoOwner)$/
const socket = '/run/dbus/system_bus_socket'

/** States of systemd's units. */
export const systemd: Group = defineGroup<NameFilterOptions>({
  name: 'systemd',
  about:
    'Units of systemd by state, and those that failed by name. Asked over the system bus, one call a round: an interval of 60s is enough. A host without systemd or without a bus has nothing here.',
  isOff: true,
  leastIntervalMs: 60_000,
  metrics: [count, failed, state],
  defaults: { include: ['*.service'], exclude: [] },
  sentences: nameFilterSentences('units, for `hostvitals.systemd.unit.state`'),
  open: (options) => {
    const isChosen = nameFilter(options)
    return async (round) => {
      const units = await ask(round)
      if (units === undefined) return
      putCounts(round, units)
      for (const { name } of units.filter(({ activeState }) => activeState === 'failed').slice(0, mostFailed)) {
        round.subject(`failed ${name}`, () => ({ 'hostvitals.systemd.unit.name': name })).put(failed, 1)
      }
      if (round.wants(state)) for (const unit of units) if (isChosen(unit.name)) putStates(round, unit)
    }
  },
})

/** All units; undefined on a host without systemd or without a bus. */
async function ask(round: HostRound): Promise<readonly Unit[] | undefined> {
  const answer = await round.optionalAsync(() => callOnce(round.path(socket), listUnits, round.signal))
  if (answer === undefined) return undefined
  if (answer.kind === 'return') return unitsIn(answer)
  const name = answer.errorName ?? 'an error without a name'
  if (noSystemd.test(name)) return undefined
  if (name === 'org.freedesktop.DBus.Error.AccessDenied') throw refused(name)
  throw busError(`systemd does not list its units: ${name.slice(0, 100)}`)
}

function putCounts(round: HostRound, units: readonly Unit[]): void {
  const byType = Map.groupBy(units, ({ name }) => name.slice(name.lastIndexOf('.') + 1))
  for (const [type, ofType] of byType) {
    for (const which of states) {
      const attributes = { 'hostvitals.systemd.unit.type': type, 'hostvitals.systemd.unit.state': which }
      const number = ofType.filter(({ activeState }) => activeState === which).length
      round.subject(`${type} ${which}`, () => attributes).put(count, number)
    }
  }
}

function putStates(round: HostRound, { name, activeState }: Unit): void {
  for (const which of states) {
    const attributes = { 'hostvitals.systemd.unit.name': name, 'hostvitals.systemd.unit.state': which }
    round.subject(`${name} is ${which}`, () => attributes).put(state, Number(activeState === which))
  }
}
