import { listHosts, type HostName, type ListedHost } from '../../query/host/host-list.ts'
import { systemClock } from '../../runtime/clock.ts'
import { formatDuration } from '../../runtime/duration.ts'
import { openStore } from '../../store/open-store.ts'
import type { CommandIo } from '../io.ts'
import { findExistingStore, type StoreOptions } from '../store-option.ts'
import { formatAge } from '../text/age.ts'
import { counted } from '../text/counted.ts'
import { printableJson } from '../text/printable.ts'
import { formatTable } from '../text/table.ts'

/** What `hostvitals hosts list` was given. */
export interface HostsListOptions extends StoreOptions {
  readonly all?: boolean
  readonly json?: boolean
}

/** Prints who the hosts are: uid, name, labels, since when, and what is to be known of each. Returns the exit code. */
export async function runHostsList(options: HostsListOptions, io: CommandIo): Promise<number> {
  await using store = await openStore(await findExistingStore(options, io), { durable: false })
  const nowMs = systemClock.now()
  const hosts = await listHosts(store, nowMs, { forgotten: options.all === true })
  io.stdout.write(options.json === true ? `${printableJson({ hosts })}\n` : formatHosts(hosts, nowMs))
  return 0
}

function formatHosts(hosts: readonly ListedHost[], nowMs: number): string {
  if (hosts.length === 0) return '  no hosts\n'
  const rows = hosts.map((host) => [
    host.name,
    host.agentUid,
    host.forgottenAt === null ? host.state : 'forgotten',
    host.firstSeen,
    `${formatAge(nowMs - Date.parse(host.lastSeen))} ago`,
    host.intervalMs === null ? '–' : formatDuration(host.intervalMs),
    Object.entries(host.labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    remarksOf(host).join('; '),
  ])
  const heading = ['host', 'uid', 'state', 'first seen', 'last seen', 'every', 'labels', 'remarks']
  return `${formatTable(heading, rows)}\n  ${counted(hosts.length, 'host')}\n`
}

function remarksOf({ replaces, replacedBy, isEphemeral, hasTwoRuns, forgottenAt }: ListedHost): readonly string[] {
  return [
    ...(replaces === null ? [] : [`replaces ${named(replaces)}`]),
    ...(replacedBy.length === 0 ? [] : [`replaced by ${replacedBy.map(named).join(', ')}`]),
    ...(hasTwoRuns === true ? ['two programs write under its identity'] : []),
    ...(isEphemeral ? ['ephemeral: new with the next container'] : []),
    ...(forgottenAt === null ? [] : [`forgotten ${forgottenAt}`]),
  ]
}

function named({ name, agentUid }: HostName): string {
  return `${name} (${agentUid})`
}
