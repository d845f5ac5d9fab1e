import { describe } from 'vitest'
import type { MetricStore } from '../../src/store/store.ts'
import { describeCharts } from './store-charts.ts'
import { describeHosts } from './store-hosts.ts'
import { describeIngest } from './store-ingest.ts'
import { describeKinds } from './store-kinds.ts'
import { describeOracle } from './store-oracle.ts'
import { describeOldLetters } from './store-old-letters.ts'
import { describeOverview } from './store-overview.ts'
import { describeRehearsal } from './store-rehearsal.ts'
import { describeRows } from './store-rows.ts'
import { describeSchema } from './store-schema.ts'
import { describeStatus } from './store-status.ts'
import { describeRetention } from './store-retention.ts'
import { describeTiers } from './store-tiers.ts'
import { describeUpkeepLoops } from './store-upkeep-loops.ts'

/** What a dialect brings along so that the suite can be held against its real server. */
export interface StoreHarness {
  /** An empty database of its own, dropped at disposal. Nothing is migrated yet. */
  readonly freshDatabase: () => Promise<FreshDatabase>
  /** The schema as normalised text, hostvitals' tables, indexes and views only: what `golden` holds. No partitions, no owners. */
  readonly dumpSchema: (store: MetricStore) => Promise<string>
  /** Absolute path of the dialect's `schema.golden.sql`. The suite writes it when `UPDATE_GOLDEN=1`. */
  readonly golden: string
}

/** One empty database; each `open` is a client of its own. */
export interface FreshDatabase extends AsyncDisposable {
  readonly open: () => Promise<MetricStore>
}

/** The suite that a database must pass on a real server before it is supported. */
export function describeStore(name: string, harness: StoreHarness): void {
  describe(`store on ${name}`, () => {
    describe('schema', () => {
      describeSchema(harness)
    })
    describe('rows', () => {
      describeRows(harness)
    })
    describe('ingest', () => {
      describeIngest(harness)
    })
    describe('kinds', () => {
      describeKinds(harness)
    })
    describe('tiers', () => {
      describeTiers(harness)
      describeRetention(harness)
      describeUpkeepLoops(harness)
    })
    describe('status', () => {
      describeStatus(harness)
      describeRehearsal(harness)
      describeOldLetters(harness)
    })
    describe('dashboard', () => {
      describeCharts(harness)
      describeOverview(harness)
    })
    describe('hosts', () => {
      describeHosts(harness)
    })
    describe('oracle', () => {
      describeOracle(harness)
    })
  })
}
