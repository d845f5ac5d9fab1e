import type { CrewThread } from '../../src/host/crew/crew-thread.ts'
import { type DeviceAnswer, type DeviceQuestion, readDevice } from '../../src/host/crew/device-answer.ts'
import type { Group } from '../../src/host/group.ts'
import { HostFiles } from '../../src/host/host-files.ts'
import type { HostRoots, ReadContext } from '../../src/metric/metric.ts'
import { rememberOne, shareInRound } from '../../src/metric/round-memory.ts'
import { type Emit, ignoreEvents } from '../../src/runtime/events.ts'
import { isHistogramSample, type Sample } from '../../src/metric/sample.ts'

/** What a round found: `'system.disk.io{disk.io.direction=read,system.device=sda}'` and its value. */
export type Found = Readonly<Record<string, number>>

/** A group that is asked round by round, a second apart. */
export interface GroupRounds {
  /** One more round; rejects where the group fails. */
  readonly next: () => Promise<Found>
  /** The same, with each sample whole. */
  readonly nextSamples: () => Promise<readonly Sample[]>
}

/** What a test may give in the place of files that answer at once, and of nobody who listens. */
export interface GroupSeams {
  /** The test closes them. */
  readonly files?: HostFiles
  readonly emit?: Emit
}

/** Files of a test answer at once, and need no thread. */
function askAtOnce(): CrewThread<DeviceQuestion, DeviceAnswer> {
  return { ready: Promise.resolve(), ask: async (question) => readDevice(question), end: () => undefined }
}

/** Asks one group over the files of a machine, as the agent does. The first round is at 1 000 000 ms. */
export function groupRounds(
  group: Group,
  roots: HostRoots,
  options: Readonly<Record<string, unknown>> = {},
  { files: given, emit = ignoreEvents }: GroupSeams = {},
): GroupRounds {
  const metric = group.metric(options, given ?? new HostFiles(askAtOnce))
  const remember = rememberOne()
  let timeMs = 999_000
  const nextSamples = async (): Promise<readonly Sample[]> => {
    timeMs += 1000
    const context: ReadContext = {
      ...roots,
      timeMs,
      monotonicMs: timeMs,
      startedAtMs: 0,
      remember,
      shared: shareInRound(),
      emit,
    }
    const samples = await metric.read(new AbortController().signal, context)
    if (given === undefined) metric.close?.()
    return samples
  }
  return { nextSamples, next: async () => foundIn(await nextSamples()) }
}

/** Samples as a table that a test can write down. */
export function foundIn(samples: readonly Sample[]): Found {
  return Object.fromEntries(
    samples.map((sample) => {
      const { name, attributes } = sample.series
      const pairs = Object.entries(attributes).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      const labels = pairs.length === 0 ? '' : `{${pairs.toSorted().join(',')}}`
      return [`${name}${labels}`, isHistogramSample(sample) ? sample.histogram.sum : sample.value]
    }),
  )
}
