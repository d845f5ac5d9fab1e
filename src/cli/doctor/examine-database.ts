import type { Clock } from '../../runtime/clock.ts'
import { HostvitalsError } from '../../runtime/errors.ts'
import { openStore } from '../../store/open-store.ts'
import { schemaStatus } from '../../store/schema-status.ts'
import type { MetricStore } from '../../store/store.ts'
import type { StoreLocation } from '../../store/store-location.ts'
import { formatSkew } from '../status/skew.ts'
import { finding, type Finding } from './finding.ts'

/** By so much a clock may be off before hosts look late: half of what they measure in by default. */
const mostSkewMs = 5000

/** Looks whether the database is reached and let in to, whether its schema is this program's, and how its clock stands to ours. */
export async function* examineDatabase(location: StoreLocation, clock: Clock): AsyncGenerator<Finding> {
  try {
    await using store = await openStore(location, { durable: false, isReader: true })
    const beganMs = clock.now()
    const answer = await store.askServer?.()
    const nowMs = (beganMs + clock.now()) / 2
    const { current, pending, unknown } = await schemaStatus(store)
    const server = answer === undefined ? '' : `, server ${answer.version}`
    yield finding('database', 'ok', `${store.label} answers${server}`)
    yield schemaFinding(store, { current, pending, unknown })
    if (answer !== undefined) yield clockFinding(answer.nowMs - nowMs)
  } catch (error) {
    if (!(error instanceof HostvitalsError)) throw error
    const elsewise = 'see whether the server runs there, and the network and firewalls between here and there'
    yield finding('database', 'problem', error.message, { nextStep: error.nextStep ?? elsewise })
  }
}

function schemaFinding(
  store: MetricStore,
  { current, pending, unknown }: Awaited<ReturnType<typeof schemaStatus>>,
): Finding {
  const newest = store.migrations.at(-1)?.name ?? 'none'
  const nextStep = 'hostvitals migrate'
  if (current === undefined) {
    return finding('database', 'todo', `there is no schema of ours yet, this version wants ${newest}`, { nextStep })
  }
  if (pending.length > 0) {
    return finding('database', 'todo', `schema ${current}, this version wants ${newest}`, { nextStep })
  }
  const [newer] = unknown
  return newer === undefined
    ? finding('database', 'ok', `schema ${current}, as this version wants it`)
    : finding('database', 'note', `schema ${newer} of a newer version, which this one can work with`)
}

function clockFinding(aheadMs: number): Finding {
  const by = formatSkew(Math.abs(aheadMs)).replace('+', '')
  if (Math.abs(aheadMs) <= mostSkewMs) return finding('clock', 'ok', `${by} from the database’s`)
  return finding(
    'clock',
    'problem',
    `the database’s clock is ${by} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine’s`,
    {
      why: 'Hosts seem late, or to measure in the future, by as much.',
      nextStep: 'See on both whether the clock is kept in time: timedatectl, or chronyc tracking',
    },
  )
}
