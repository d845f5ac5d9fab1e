import { listGaps, type Gap } from '../query/status/gaps.ts'
import { findHosts } from '../query/host/hosts.ts'
import { systemClock } from '../runtime/clock.ts'
import { openStore } from '../store/open-store.ts'
import type { GapState } from '../store/ingest/seq-history.ts'
import { formatAge } from './text/age.ts'
import { gapMeaning } from './gap-meaning.ts'
import { hostLabels } from './text/host-label.ts'
import type { CommandIo } from './io.ts'
import { printableJson } from './text/printable.ts'
import { findExistingStore, type StoreOptions } from './store-option.ts'
import { formatTable } from './text/table.ts'

/** What `hostvitals gaps list` was given. */
export interface GapsOptions extends StoreOptions {
  readonly host?: string
  readonly state?: GapState
  readonly limit: number
  readonly json?: boolean
}

/** Prints the records that have not arrived, the newest first. Throws UsageError for an unknown or ambiguous host. */
export async function runGapsList(options: GapsOptions, io: CommandIo): Promise<number> {
  await using store = await openStore(await findExistingStore(options, io), { durable: false })
  const { host, state, limit } = options
  const hosts = host === undefined ? undefined : await findHosts(store, { host })
  const gaps = await listGaps(store, {
    limit: limit + 1,
    ...(state === undefined ? {} : { state }),
    ...(hosts === undefined ? {} : { hostIds: hosts.map(({ hostId }) => hostId) }),
  })
  const shown = gaps.slice(0, limit)
  const isComplete = gaps.length <= limit
  if (options.json === true) {
    const listed = shown.map((gap) => ({ ...gap, meaning: gapMeaning(gap.state, gap.reason) }))
    io.stdout.write(`${printableJson({ gaps: listed, isComplete })}\n`)
  } else {
    io.stdout.write(formatGaps(shown, systemClock.now()))
    if (!isComplete) io.stdout.write(`  there are more: --limit ${limit * 10} lists further\n`)
  }
  return 0
}

function formatGaps(gaps: readonly Gap[], nowMs: number): string {
  if (gaps.length === 0) return '  no gaps: every record that was accepted and is known of has arrived\n'
  const labels = hostLabels(gaps.map(({ host, agentUid }) => ({ name: host, agentUid })))
  const rows = gaps.map((gap) => [
    labels.get(gap.agentUid) ?? gap.host,
    gap.run,
    gap.fromSeq === gap.toSeq ? String(gap.fromSeq) : `${gap.fromSeq}-${gap.toSeq}`,
    String(gap.records),
    gap.state,
    formatAge(nowMs - Date.parse(gap.notedAt)),
    gapMeaning(gap.state, gap.reason),
  ])
  return formatTable(['host', 'run', 'seq', 'records', 'state', 'since', 'meaning'], rows)
}
