// An agent whose clock runs faster than time, as `produce` wires it, in a process of its own: the child of `memory.ts`, which starts
// it as `node bench/hurried-agent.ts produce TASK`, so that it takes the small heap of an agent. A line of JSON every ten rounds.
import { parseArgs } from 'node:util'
import { startSmall } from '../src/cli/small-heap.ts'

/** What the parent asks for. */
export interface HurriedTask {
  readonly stateFolder: string
  readonly brokers: string
  readonly topic: string
  readonly intervalMs: number
  /** How long it runs by its own clock. */
  readonly forMs: number
  /** How much faster than time that clock goes. */
  readonly speed: number
}

/** A line that it prints. */
export interface HurriedLine {
  readonly rounds: number
  /** By its own clock, since its start. */
  readonly elapsedMs: number
  readonly rssBytes: number
  readonly heapBytes: number
}

if (import.meta.main) {
  startSmall(process)
  // Imported only now, as the program does: what takes this process's place has its own modules.
  const { hurriedClock } = await import('./hurried-clock.ts')
  const { host } = await import('../src/host/index.ts')
  const { Producer } = await import('../src/producer.ts')
  const { nodeDisk } = await import('../src/runtime/node-disk.ts')
  const { systemRandom } = await import('../src/runtime/random.ts')
  const { describeThisHost } = await import('../src/this-host.ts')
  const { tellAll, Vitals } = await import('../src/vitals/vitals.ts')
  const { defaultProducer } = await import('../src/config/defaults.ts')
  const { positionals } = parseArgs({ allowPositionals: true })
  // Written by `memory.ts` in this folder.
  const task = JSON.parse(positionals[1] ?? '') as HurriedTask
  const { stateFolder, intervalMs, speed, forMs } = task
  const clock = hurriedClock(speed)
  const vitals = new Vitals({ startedAtMs: clock.now(), parts: ['agent'] })
  let rounds = 0
  const seams = {
    clock,
    disk: nodeDisk,
    random: systemRandom,
    emit: tellAll(vitals.observe, (name, data) => {
      if (name.endsWith('.failing')) process.stderr.write(`${name} ${JSON.stringify(data)}\n`)
    }),
  }
  const beganMs = clock.monotonic()
  const configured = defaultProducer(host())
  const roots = { proc: '/proc', sys: '/sys', root: '/' }
  const agent = {
    ...configured,
    ...(await describeThisHost(configured.host, roots, process.env)),
    stateFolder,
    intervalMs,
    roots,
    vitals,
    onRound: () => {
      rounds++
      if (rounds % 10 !== 0) return
      const { rss, heapUsed } = process.memoryUsage()
      const line: HurriedLine = {
        rounds,
        elapsedMs: clock.monotonic() - beganMs,
        rssBytes: rss,
        heapBytes: heapUsed,
      }
      process.stdout.write(`${JSON.stringify(line)}\n`)
    },
  }
  const kafka = { brokers: [task.brokers], topic: task.topic, clientId: 'hostvitals-bench' }
  await using producer = await Producer.open({ agent, kafka }, seams)
  const { spooledRecords } = await producer.run(AbortSignal.timeout(forMs / speed), 10_000)
  if (spooledRecords > 0) throw new Error(`${spooledRecords} records were not sent`)
}
