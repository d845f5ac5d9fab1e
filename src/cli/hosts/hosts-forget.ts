import { hostState } from '../../query/host/host-state.ts'
import { findHosts, type KnownHost } from '../../query/host/hosts.ts'
import { systemClock } from '../../runtime/clock.ts'
import { UsageError } from '../../runtime/errors.ts'
import { forgetHost } from '../../store/forget-host.ts'
import { openStore } from '../../store/open-store.ts'
import { openAsker } from '../init/ask.ts'
import type { CommandIo } from '../io.ts'
import { findExistingStore, type StoreOptions } from '../store-option.ts'
import { formatAge } from '../text/age.ts'
import { printable } from '../text/printable.ts'

/** What `hostvitals hosts forget` was given. */
export interface HostsForgetOptions extends StoreOptions {
  readonly yes?: boolean
}

/**
 * Takes one host off every list, after asking. Nothing is deleted, and a host that sends again is back. Returns 0, or 1 where
 * the person says no; throws UsageError for an unknown or ambiguous host, and where nobody can be asked.
 */
export async function runHostsForget(host: string, options: HostsForgetOptions, io: CommandIo): Promise<number> {
  await using store = await openStore(await findExistingStore(options, io), { durable: true })
  const nowMs = systemClock.now()
  for (const known of await findHosts(store, { host })) {
    const name = printable(`${known.name} (${known.agentUid})`)
    if (known.forgottenMs !== undefined) {
      io.stdout.write(`  ${name} was forgotten ${new Date(known.forgottenMs).toISOString()}; nothing was changed\n`)
      continue
    }
    const isSure = options.yes === true || (await isConfirmed(known, name, nowMs, io))
    if (!isSure) {
      io.stdout.write('  nothing was changed\n')
      return 1
    }
    await forgetHost(store, known.hostId, nowMs)
    const rest = 'its readings stay until they are too old; should it send again, it is back'
    io.stdout.write(`  ${name} is forgotten: ${rest}\n`)
  }
  return 0
}

async function isConfirmed(known: KnownHost, name: string, nowMs: number, io: CommandIo): Promise<boolean> {
  if (io.stdin.isTTY !== true) {
    throw new UsageError(`nobody can be asked whether to forget ${name}`, { nextStep: 'give --yes' })
  }
  const ageMs = Math.max(0, nowMs - known.lastSeenMs)
  const isUp = hostState(ageMs, known.intervalMs) === 'up'
  const warning = isUp ? ' It still sends, and will be back at once: stop its agent first.' : ''
  const asker = openAsker(io)
  try {
    const text = `Forget ${name}, last seen ${formatAge(ageMs)} ago?${warning}`
    return (await asker.ask({ text, preset: 'no', understand: yesOrNo })) ?? false
  } finally {
    asker.end()
  }
}

function yesOrNo(answer: string): boolean | undefined {
  if (/^y(?:es)?$/i.test(answer)) return true
  return /^no?$/i.test(answer) ? false : undefined
}
