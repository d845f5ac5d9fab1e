import { describe, expect, it } from 'vitest'
import { chaos } from './chaos.ts'
import type { StoreName } from './database-under-test.ts'
import type { FaultKind } from './plan.ts'

const minutes = 0.5
const timeoutMs = 400_000

const always: readonly FaultKind[] = [
  'agent killed',
  'agent killed twice',
  'consumer killed',
  'consumer stopped',
  'broker killed',
  'acknowledgement lost',
]
const onServers: readonly FaultKind[] = ['cut before COMMIT', 'cut after COMMIT']
const onFile: readonly FaultKind[] = ['database locked']

/** Where the test's servers are; an empty address is one that this machine cannot run. */
export interface ShortFormServers {
  readonly kafkaJars: string
  /** Absent for SQLite. */
  readonly database?: string
}

/** Half a minute of chaos on one store: each of its faults at least once, and the promise holds. */
export function describeShortForm(store: StoreName, { kafkaJars, database }: ShortFormServers): void {
  describe.skipIf(kafkaJars === '' || database === '')(`half a minute of chaos on ${store}`, () => {
    it('loses nothing, stores nothing twice and invents nothing', { timeout: timeoutMs }, async () => {
      const kinds = [...always, ...(store === 'sqlite' ? onFile : onServers)]
      const shared = database === undefined ? {} : { sharedUrl: database }
      const report = await chaos({ store, minutes, seed: 5, kinds, ...shared })
      expect(report.violations).toEqual([])
      expect(Object.keys(report.faults)).toEqual(expect.arrayContaining(kinds))
      expect(report.kills.agent).toBeGreaterThanOrEqual(3)
      expect(report.kills.consumer).toBeGreaterThanOrEqual(1)
      expect(report.kills.broker).toBeGreaterThanOrEqual(1)
      expect(report.records.stored).toBeGreaterThan(0)
    })
  })
}
