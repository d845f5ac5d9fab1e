import { loadConfiguration } from '../../config/load.ts'
import { listDeadLetters } from '../../query/status/dead-letters.ts'
import { systemClock } from '../../runtime/clock.ts'
import { StoreUnavailableError, UsageError } from '../../runtime/errors.ts'
import type { Emit } from '../../runtime/events.ts'
import { systemRandom } from '../../runtime/random.ts'
import { Ingest } from '../../store/ingest/ingest.ts'
import { openStore } from '../../store/open-store.ts'
import { rehearseReplay } from '../../store/dead-letter/rehearse-replay.ts'
import type { MetricStore } from '../../store/store.ts'
import { RecordDecoder } from '../../wire/decode.ts'
import { parseDeadLetterId } from './dead-letters.ts'
import type { CommandIo } from '../io.ts'
import { counted } from '../text/counted.ts'
import { printable, printableJson } from '../text/printable.ts'
import { type ReplayResult, resultOf, sentenceOfResult } from './replay-result.ts'
import { findExistingStore, type StoreOptions } from '../store-option.ts'

/** What `hostvitals dead-letters replay` was given. */
export interface ReplayOptions extends StoreOptions {
  readonly reason?: string
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

type Replay = (id: bigint) => Promise<ReplayResult>

const page = 500

/**
 * Tries dead letters once more, each in its own transaction, and says of each what became of it. With `--dry-run` nothing is
 * kept. Returns 0 when each is stored (or was already), 1 when one was set aside again or does not exist; a dry run returns 0
 * unless one does not exist. Throws StoreUnavailableError when the database is away, and does not wait for it.
 */
export async function runDeadLettersReplay(
  ids: readonly string[],
  options: ReplayOptions,
  io: CommandIo,
): Promise<number> {
  const wanted = checkWanted(ids, options)
  const location = await findExistingStore(options, io)
  const acceptForeign = await readAcceptForeign(options, io)
  await using store = await openStore(location, { durable: true })
  const isDry = options.dryRun === true
  const replay = isDry ? rehearsing(store, acceptForeign) : replaying(store, acceptForeign, io.signal)
  const results: ReplayResult[] = []
  for await (const id of wanted ?? idsOf(store, options.reason)) {
    io.signal.throwIfAborted()
    const result = await replay(id)
    results.push(result)
    if (options.json !== true) io.stdout.write(`  ${result.id}  ${printable(sentenceOfResult(result, isDry))}\n`)
  }
  const of = (outcome: ReplayResult['outcome']): number => results.filter((each) => each.outcome === outcome).length
  if (options.json === true) {
    io.stdout.write(`${printableJson({ dryRun: isDry, store: store.label, letters: results })}\n`)
  } else {
    const would = isDry ? 'would be ' : ''
    const sums = [
      `${of('stored')} ${would}stored`,
      `${of('duplicate')} ${isDry ? 'are' : 'were'} stored already`,
      `${of('set-aside')} ${would}set aside again`,
      ...(of('expired') === 0 ? [] : [`${of('expired')} ${would}left out as too old`]),
      ...(of('missing') === 0 ? [] : [`${of('missing')} not there`]),
    ].join(', ')
    io.stdout.write(`${results.length === 0 ? '' : '\n'}  ${counted(results.length, 'dead letter')}: ${sums}\n`)
  }
  return of('missing') > 0 || (!isDry && of('set-aside') > 0) ? 1 : 0
}

/** The ids that were typed; undefined where all, or all of a reason, are meant. */
function checkWanted(ids: readonly string[], { reason, all }: ReplayOptions): readonly bigint[] | undefined {
  const ways = [ids.length > 0, reason !== undefined, all === true].filter((each) => each).length
  if (ways !== 1) {
    throw new UsageError(
      ways === 0 ? 'nothing says which dead letters' : 'ids, --reason and --all exclude each other',
      {
        nextStep: 'give ids (`hostvitals dead-letters list` tells them), or --reason R, or --all',
      },
    )
  }
  return ids.length === 0 ? undefined : ids.map(parseDeadLetterId)
}

async function readAcceptForeign({ store, config }: StoreOptions, io: CommandIo): Promise<boolean> {
  if (store !== undefined) return true
  const options = { folder: config, needs: [], wants: ['consumer'], env: io.env, cwd: io.cwd } as const
  const { consumer } = await loadConfiguration(options)
  return consumer?.acceptForeign ?? true
}

/** Those that are there now: what is set aside again gets a new id and is not tried twice. */
async function* idsOf(store: MetricStore, reason: string | undefined): AsyncGenerator<bigint> {
  const filter = reason === undefined ? {} : { reason }
  const [newest] = await listDeadLetters(store, { ...filter, limit: 1 })
  if (newest === undefined) return
  const toId = BigInt(newest.id)
  for (let afterId = 0n; ;) {
    const letters = await listDeadLetters(store, { ...filter, limit: page, afterId, toId })
    for (const { id } of letters) yield BigInt(id)
    const last = letters.at(-1)
    if (last === undefined) return
    afterId = BigInt(last.id)
  }
}

function rehearsing(store: MetricStore, acceptForeign: boolean): Replay {
  const decoder = new RecordDecoder()
  return async (id) => {
    const rehearsal = { store, decoder, acceptForeign, nowMs: systemClock.now() }
    const result = await rehearseReplay(rehearsal, id)
    return resultOf(id, result && { ...result, setAside: result.deadLetters[0] })
  }
}

function replaying(store: MetricStore, acceptForeign: boolean, signal: AbortSignal): Replay {
  const away = new AbortController()
  let setAside: { readonly reason: string; readonly error: string } | undefined
  const emit: Emit = (name, data) => {
    if ('error' in data && 'reason' in data) setAside = { reason: String(data.reason), error: String(data.error) }
    // A role waits for its database; whoever typed a command is told.
    if (name === 'store.failing' && 'reason' in data) away.abort(new StoreUnavailableError(String(data.reason)))
  }
  const ingest = new Ingest({
    store,
    decoder: new RecordDecoder(),
    clock: systemClock,
    random: systemRandom,
    emit,
    acceptForeign,
  })
  return async (id) => {
    setAside = undefined
    const outcome = await ingest.replay(id, AbortSignal.any([signal, away.signal]))
    return resultOf(id, outcome?.outcome === 'stored' ? { ...outcome, setAside } : undefined)
  }
}
