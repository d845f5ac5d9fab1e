import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { longestTimerMs, systemClock } from './clock.ts'

it('sleeps longer than a timer of Node can hold, until the signal', async () => {
  const stop = new AbortController()
  const long = systemClock.sleep(2 * longestTimerMs, stop.signal)
  // Node would fire a timer that is too long after a millisecond.
  const first = await Promise.race([long.then(() => 'long'), systemClock.sleep(20).then(() => 'short')])
  expect(first).toBe('short')
  stop.abort(new Error('enough'))
  await expect(long).rejects.toThrow('enough')
})

it('takes a time that has passed for none, without a warning of Node', async () => {
  const warnings: string[] = []
  const note = ({ message }: Error): void => void warnings.push(message)
  process.on('warning', note)
  await systemClock.sleep(-1.5)
  await turn()
  process.off('warning', note)
  expect(warnings).toEqual([])
})
