import { type Clock, systemClock } from '../src/runtime/clock.ts'

/** A clock that begins now and goes so many times faster. */
export function hurriedClock(speed: number): Clock {
  const beganMs = systemClock.now()
  const beganMonotonic = systemClock.monotonic()
  const elapsedMs = (): number => (systemClock.monotonic() - beganMonotonic) * speed
  return {
    now: () => beganMs + elapsedMs(),
    monotonic: () => beganMonotonic + elapsedMs(),
    sleep: async (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
}
