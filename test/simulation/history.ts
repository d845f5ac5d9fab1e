import type { MachineMarks } from '../../src/host/identity/marks.ts'
import { ignoreEvents } from '../../src/runtime/events.ts'
import { migrate } from '../../src/store/migrate.ts'
import type { Verdict } from '../oracle/facts.ts'
import { judge } from '../oracle/judge.ts'
import { readStored } from '../oracle/stored.ts'
import { AgentMachine } from './agent-machine.ts'
import { ConsumerMachine } from './consumer-machine.ts'
import { SimDatabase } from './database.ts'
import { factsOf } from './explain.ts'
import { faultActions } from './faults.ts'
import { durationOf, type Plan } from './plan.ts'
import { Platter } from './platter.ts'
import { SimProcess } from './process.ts'
import type { Tally } from './tally.ts'
import { beginMs, firstFloorMs, rawRetentionMs, Universe } from './universe.ts'
import { VirtualTime } from './virtual-time.ts'

/** How a history went. */
export interface Outcome {
  readonly verdict: Verdict
  /** Roles that ended by themselves, and records that went nowhere though nothing failed any more. */
  readonly stuck: readonly string[]
  readonly tally: Tally
  /** Equal for two runs of one plan. */
  readonly digest: string
  readonly lines: readonly string[]
}

const drainMs = 6 * 3_600_000
const dayMs = 86_400_000

/** Everything of one history. */
export class History {
  readonly plan: Plan
  readonly universe: Universe
  readonly agents: AgentMachine[] = []
  readonly consumers: ConsumerMachine[] = []
  /** What happened that may explain a loss, such as `0/full` for the first lineage, or `log-cut`. */
  readonly causes = new Set<string>()
  /** Runs that two machines wrote under. */
  readonly forkedRuns = new Set<bigint>()
  /** Runs whose ends are told when nothing fails any more, as `runKey` says them. */
  readonly toldRuns = new Set<string>()
  /** Retention has dropped what is older. */
  droppedBeforeMs = firstFloorMs
  /** No row before this is accepted any more. */
  floorMs = firstFloorMs

  constructor(plan: Plan, template: Uint8Array, isTracing: boolean) {
    this.plan = plan
    this.universe = new Universe(plan, template, isTracing)
    for (let at = 0; at < plan.shape.agents; at++) this.addAgent(at, new Platter())
    for (let at = 0; at < plan.shape.consumers; at++)
      this.consumers.push(new ConsumerMachine(this.universe, `consumer-${at}`))
  }

  /** A machine that nothing is known of yet, with this disk. */
  addAgent(lineage: number, platter: Platter): AgentMachine {
    const name = `agent-${this.agents.length}`
    const marks: MachineMarks = {
      'machine-id': `id of ${name}`,
      'product-uuid': `uuid of ${name}`,
      mac: [`mac of ${name}`],
    }
    const agent = new AgentMachine({ universe: this.universe, name, lineage, platter, marks })
    this.agents.push(agent)
    return agent
  }

  agent(target: number): AgentMachine {
    return cyclic(this.agents, target)
  }

  consumer(target: number): ConsumerMachine {
    return cyclic(this.consumers, target)
  }

  async run(): Promise<Outcome> {
    const { universe, plan } = this
    const { time } = universe
    for (const machine of [...this.agents, ...this.consumers]) machine.start()
    for (const fault of plan.faults) faultActions[fault.kind].prepare?.(this, fault)
    for (const fault of plan.faults) {
      time.after(fault.atMs, () => {
        universe.tally.faults++
        universe.trace('fault', fault.kind, fault)
        faultActions[fault.kind].happen(this, fault)
      })
    }
    await time.run(() => false, beginMs + durationOf(plan.shape))
    this.#recover()
    const stuck: string[] = []
    if (!(await this.#drained())) stuck.push(...this.#undrained('after the faults'))
    // Until gaps that nothing can close any more are given up.
    await time.run(() => false, time.nowMs + rawRetentionMs + dayMs + 2 * 3_600_000)
    // Who still cannot accept one is not drained.
    for (const agent of this.agents) void agent.fresh()
    if (!(await this.#drained())) stuck.push(...this.#undrained('of the fresh records'))
    universe.tally.virtualMs = time.nowMs - beginMs
    const stored = await readStored(this.#bystander())
    universe.trace('database', 'holds', stored)
    const journal = universe.chronicle.journal((run, crc) => universe.broker.seqs.get(`${run}/${crc}`))
    universe.tally.foreign = journal.foreign.length
    const verdict = judge(journal, stored, factsOf(this, journal))
    const { ended } = universe.chronicle
    return {
      verdict,
      stuck: [...ended, ...stuck],
      tally: universe.tally,
      digest: universe.digest(),
      lines: universe.lines,
    }
  }

  /** The faults stop: every server is there, every clock is right, every process runs. */
  #recover(): void {
    const { universe } = this
    universe.isSampling = false
    universe.timeoutMs = 1000
    universe.broker.isAway = false
    universe.broker.sendFaults = []
    universe.broker.changed()
    universe.database.isAway = false
    universe.database.faults = []
    universe.database.idRace = undefined
    for (const agent of this.agents) {
      agent.skewMs = 0
      agent.poison = 0
      agent.platter.freeBytes = undefined
      agent.platter.failingSyncs = 0
      agent.platter.onFailedSync = undefined
      // Each tells at its start where its former runs ended.
      agent.kill()
      for (const run of agent.runsInSpool) this.toldRuns.add(run)
      agent.start()
    }
    for (const consumer of this.consumers) {
      consumer.skewMs = 0
      // At an assignment a position that was deleted is written again, also where nothing new comes.
      consumer.leave()
      consumer.start()
    }
  }

  #drained(): Promise<boolean> {
    const { time } = this.universe
    return time.run(
      () => this.agents.every((agent) => agent.isDrained) && this.#unread().length === 0,
      time.nowMs + drainMs,
    )
  }

  /** Partitions that the database is behind of. */
  #unread(): readonly number[] {
    const { broker, database } = this.universe
    const rows = database.ask('SELECT partition, next_offset, topic_id FROM kafka_position')
    const positions = new Map(rows.map((row) => [row?.['partition'], row]))
    return broker.partitions.flatMap(({ records }, index) => {
      const row = positions.get(index)
      const isAtEnd = row?.['next_offset'] === broker.endOf(index) && row['topic_id'] === broker.topicId
      return records.length === 0 || isAtEnd ? [] : [index]
    })
  }

  #undrained(when: string): readonly string[] {
    const agents = this.agents
      .filter((agent) => !agent.isDrained)
      .map(({ name }) => `${name} still has records ${when}`)
    return [...agents, ...this.#unread().map((index) => `partition ${index} is not read to its end ${when}`)]
  }

  #bystander() {
    const process = new SimProcess(this.universe.time, () => 0)
    return this.universe.database.client(process).store
  }
}

/** An empty database with its schema, for all histories of a process. */
export async function makeTemplate(): Promise<Uint8Array> {
  const time = new VirtualTime(beginMs)
  const database = new SimDatabase(time, undefined)
  const { store } = database.client(new SimProcess(time, () => 0))
  await migrate(store, { nowMs: beginMs, rawRetentionMs }, ignoreEvents)
  return database.snapshot()
}

function cyclic<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length]
  if (item === undefined) throw new RangeError('there is nothing to pick from')
  return item
}
