import { expect, it } from 'vitest'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import { crashDays, CrashHistory, stillClock } from '../support/crash-history.ts'
import { IngestWorld } from '../support/ingest-world.ts'
import { type Cut, SteppingProxy } from '../support/stepping-proxy.ts'
import type { ServerHarness } from './cut-line.ts'

/** Long enough to say that no cut at any step was missed. */
const fewestSteps = 30

/** A batch that is crashed at each thing that is said to the server: what is stored afterwards is as if nothing had happened. */
export function describeCrashPoints({ freshDatabase, open }: ServerHarness): void {
  it.each<{ readonly cut: Cut; readonly fate: 'goes on' | 'is killed and starts anew'; readonly hasPosition: boolean }>(
    [
      { cut: 'unheard', fate: 'goes on', hasPosition: true },
      { cut: 'unanswered', fate: 'is killed and starts anew', hasPosition: true },
      { cut: 'abandoned', fate: 'goes on', hasPosition: true },
      { cut: 'unanswered', fate: 'goes on', hasPosition: false },
      { cut: 'abandoned', fate: 'is killed and starts anew', hasPosition: false },
    ],
  )(
    'at every step: it is $cut, and the consumer $fate (position: $hasPosition)',
    async ({ cut, fate, hasPosition }) => {
      await using database = await freshDatabase()
      await using proxy = await SteppingProxy.to(database.url)
      await using store = await open(proxy.through(database.url))
      await migrate(store, crashDays, ignoreEvents)
      const consumer = (): IngestWorld => new IngestWorld(store, { clock: stillClock })
      const smooth = new CrashHistory(0, hasPosition)
      await smooth.tell(consumer().ingest, new AbortController().signal)
      const expected = await smooth.stored(store)
      expect(expected.length).toBeGreaterThan(20)

      let step = 1
      for (; ; step++) {
        const history = new CrashHistory(step, hasPosition)
        const kill = new AbortController()
        const onCut = (): void => {
          if (fate !== 'goes on') kill.abort(new Error('killed'))
        }
        proxy.begin({ step, cut, onCut })
        const told = history.tell(consumer().ingest, kill.signal)
        await told.catch((error: unknown) => {
          // A consumer that was killed ends so; anything else is what this test looks for.
          if (!kill.signal.aborted) throw error
        })
        const isOver = proxy.isWhole
        proxy.begin()
        if (kill.signal.aborted) await history.tell(consumer().ingest, new AbortController().signal)
        expect(await history.stored(store), `${cut} at step ${step}`).toEqual(expected)
        if (isOver) break
      }
      expect(step).toBeGreaterThan(fewestSteps)
    },
  )
}
