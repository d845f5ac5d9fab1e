import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { SeedReport } from './run-seeds.ts'
import type { WorkerOptions } from './worker.ts'

/** What a crew is to do. */
export interface CrewOptions extends WorkerOptions {
  readonly seeds: Iterable<number>
  /** Told each report; true: no further seed is begun. */
  readonly onReport: (report: SeedReport) => boolean
}

/** Runs histories on all cores. Rejects with what a history threw. */
export async function runCrew({ seeds, onReport, ...options }: CrewOptions): Promise<void> {
  const left = seeds[Symbol.iterator]()
  const crew = { isOver: false }
  const next = (): number | undefined => {
    const { done = false, value } = left.next()
    return done || crew.isOver ? undefined : value
  }
  const workers = Array.from({ length: availableParallelism() }, () =>
    work(options, next, (report) => {
      if (onReport(report)) crew.isOver = true
    }),
  )
  await Promise.all(workers)
}

function work(
  options: WorkerOptions,
  next: () => number | undefined,
  onReport: (report: SeedReport) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options, execArgv: [] })
  worker.on('message', (message: SeedReport | 'ready') => {
    if (message !== 'ready') onReport(message)
    const seed = next()
    if (seed === undefined) void worker.terminate()
    else worker.postMessage(seed, [])
  })
  worker.on('error', reject)
  worker.on('exit', () => resolve())
  return promise
}
