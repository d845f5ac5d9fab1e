// Runs histories in a thread of its own: `without` is taken away before anything of the product is loaded.
import { parentPort, workerData } from 'node:worker_threads'
import { loadWithout, safeguardOf } from './without-safeguard.ts'

/** What a worker is given at its start. */
export interface WorkerOptions {
  readonly without: string | undefined
  /** Most histories that are run to shorten a failing one. */
  readonly tries: number
}

const port = parentPort
if (port !== null) {
  // Written by the thread that started this one; see crew.ts.
  const { without, tries } = workerData as WorkerOptions
  if (without !== undefined) loadWithout(safeguardOf(without))
  const { makeTemplate } = await import('./history.ts')
  const { runSeed } = await import('./run-seeds.ts')
  const template = await makeTemplate()
  port.on('message', (seed: number) => {
    runSeed(seed, template, tries).then(
      (report) => port.postMessage(report),
      (error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error })
      },
    )
  })
  port.postMessage('ready')
}
