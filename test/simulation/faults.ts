import { foreignRecord } from './foreign.ts'
import { clusterId, type SendFault, topicName } from './broker.ts'
import type { DatabaseFault } from './database.ts'
import type { History } from './history.ts'
import { durationOf, type Fault, type FaultKind } from './plan.ts'
import { moveFloor, positionsOf, restore } from './database-state.ts'
import { beginMs } from './universe.ts'

/** What a kind of fault does. */
export interface FaultAction {
  /** Before the history begins. */
  readonly prepare?: (history: History, fault: Fault) => void
  readonly happen: (history: History, fault: Fault) => void
}

const sendFaults: readonly SendFault[] = [
  'lost-ack',
  'lost-ack',
  'not-stored',
  'half-stored',
  'stored-twice',
  'reordered',
  'late-copy',
  'refused',
]
const databaseFaults: readonly DatabaseFault[] = ['connection-lost', 'commit-lost', 'committed-and-lost', 'busy']
const clockSteps = [3_600_000, -3_600_000, 7_200_000, -7_200_000, '1970', '2038'] as const

/** The backups that wait for their fault. */
const backups = new WeakMap<Fault, { snapshot: Uint8Array | undefined }>()

/** Each kind of fault. */
export const faultActions: Readonly<Record<FaultKind, FaultAction>> = {
  'agent-killed': { happen: (history, fault) => endAgent(history, fault, (agent) => agent.kill()) },
  'agent-power-cut': {
    happen: (history, fault) => {
      const tear = fault.target % 4 === 0 ? 'zeros' : 'shorter'
      endAgent(history, fault, (agent) => {
        if (tear === 'zeros') history.causes.add(`${agent.lineage}/zeros`)
        agent.powerCut(tear)
      })
    },
  },
  'disk-full': {
    happen: (history, fault) => {
      const agent = history.agent(fault.target)
      history.causes.add(`${agent.lineage}/full`)
      // From not a single byte to a little less than what is to stay free.
      agent.platter.freeBytes = fault.amount < 0.2 ? 0 : Math.floor(fault.amount * 49_000)
      if (fault.amount > 0.5) agent.platter.freeBytes = Math.floor(fault.amount * 900)
      history.universe.time.after(lengthOf(history, fault, 0.3), () => {
        agent.platter.freeBytes = undefined
      })
    },
  },
  'sync-fails': {
    happen: (history, fault) => {
      const agent = history.agent(fault.target)
      agent.platter.failingSyncs += fault.amount < 0.6 ? 1 : 3
      if (fault.amount >= 0.6) history.causes.add(`${agent.lineage}/full`)
      // A disk that fails is often one that loses its power next.
      agent.platter.onFailedSync = () => {
        agent.platter.onFailedSync = undefined
        if (fault.target % 3 === 0) return
        agent.atStep(1 + (fault.steps % 5), true, () => {
          agent.powerCut('shorter')
          history.universe.time.after(lengthOf(history, fault, 0.1), () => agent.start())
        })
      }
    },
  },
  'bit-rot': {
    happen: (history, fault) => {
      const agent = history.agent(fault.target)
      const segments = agent.platter.list('/state/spool').filter((name) => name.startsWith('segment-'))
      // Rot in the newest one's last record is not to be told from a torn record, as the spool's README says.
      const name = segments[Math.floor(fault.amount * (segments.length - 1))]
      if (name === undefined || segments.length < 2) return
      const path = `/state/spool/${name}`
      const position = 44 + (fault.target % Math.max(1, agent.platter.sizeOf(path) - 44))
      if (agent.platter.rot(path, position)) history.causes.add(`${agent.lineage}/rot`)
    },
  },
  'acknowledged-lost': {
    happen: (history, fault) =>
      endAgent(history, fault, (agent) => {
        agent.kill()
        if (agent.platter.list('/state/spool').includes('acknowledged'))
          agent.platter.remove('/state/spool/acknowledged')
      }),
  },
  'agent-clock-steps': {
    happen: (history, fault) => {
      const agent = history.agent(fault.target)
      history.causes.add(`${agent.lineage}/clock`)
      stepClock(history, fault, agent)
    },
  },
  'consumer-clock-steps': {
    happen: (history, fault) => {
      history.causes.add('consumer-clock')
      stepClock(history, fault, history.consumer(fault.target))
    },
  },
  'machine-forked': {
    happen: (history, fault) => {
      const agent = history.agent(fault.target)
      const { twin, run } = agent.fork(`agent-${history.agents.length}`)
      history.agents.push(twin)
      history.forkedRuns.add(run)
      agent.start()
      twin.start()
    },
  },
  'disk-cloned': {
    happen: (history, fault) => {
      const { lineage, platter } = history.agent(fault.target)
      history.addAgent(lineage, platter.copy(history.universe.random.stream(`clone ${fault.atMs}`))).start()
    },
  },
  'broker-away': {
    happen: (history, fault) => {
      const { broker, time } = history.universe
      const ms = lengthOf(history, fault, 0.7)
      broker.isAway = true
      history.universe.timeoutMs = Math.max(1000, Math.min(300_000, ms / 20))
      broker.changed()
      time.after(ms, () => {
        broker.isAway = false
        broker.changed()
      })
    },
  },
  'send-fails': {
    happen: ({ universe }, fault) => {
      const kind = sendFaults[fault.target % sendFaults.length]
      if (kind !== undefined) universe.broker.sendFaults.push(kind)
    },
  },
  'log-cut': {
    happen: (history, fault) => {
      const { broker } = history.universe
      const index = fault.target % broker.partitions.length
      history.causes.add('log-cut')
      broker.cut(index, Math.ceil(broker.partition(index).records.length * fault.amount))
    },
  },
  'topic-remade': {
    happen: (history) => {
      const { broker } = history.universe
      history.causes.add('log-cut').add('topic-remade')
      broker.remake(broker.partitions.length)
    },
  },
  'partition-added': {
    happen: ({ universe }) => {
      if (universe.broker.partitions.length >= 5) return
      universe.broker.addPartition()
      universe.group.rebalance()
    },
  },
  rebalance: { happen: ({ universe }) => universe.group.rebalance() },
  'consumer-killed': {
    happen: (history, fault) => {
      const consumer = history.consumer(fault.target)
      consumer.atStep(fault.steps, fault.amount > 0.5, () => {
        consumer.kill()
        history.universe.time.after(lengthOf(history, fault, 0.1), () => consumer.start())
      })
    },
  },
  'consumer-stopped': {
    happen: (history, fault) => {
      const consumer = history.consumer(fault.target)
      consumer.atStep(fault.steps, fault.amount > 0.5, () => consumer.stop(fault.amount * 40_000))
    },
  },
  'consumer-leaves': {
    happen: (history, fault) => {
      const consumer = history.consumer(fault.target)
      consumer.leave()
      history.universe.time.after(lengthOf(history, fault, 0.1), () => consumer.start())
    },
  },
  'database-away': {
    happen: (history, fault) => {
      const { database, time } = history.universe
      const ms = lengthOf(history, fault, 0.6)
      database.isAway = true
      database.timeoutMs = Math.min(300_000, ms / 20)
      database.loseConnections()
      time.after(ms, () => {
        database.isAway = false
      })
    },
  },
  'database-error': {
    happen: ({ universe }, fault) => {
      const kind = databaseFaults[fault.target % databaseFaults.length]
      if (kind !== undefined) universe.database.faults = [...universe.database.faults, kind]
    },
  },
  'database-restored': {
    prepare: ({ universe }, fault) => {
      const backup: { snapshot: Uint8Array | undefined } = { snapshot: undefined }
      backups.set(fault, backup)
      universe.time.after(fault.atMs * (1 - fault.amount ** 2), () =>
        universe.database.whenFree(() => {
          backup.snapshot = universe.database.snapshot()
        }),
      )
    },
    happen: (history, fault) => {
      const { database } = history.universe
      const ofFault = (): void => {
        const snapshot = backups.get(fault)?.snapshot
        if (snapshot !== undefined) restore(history, snapshot)
      }
      if (fault.target % 3 === 0) database.idRace ??= { restore: (snapshot) => restore(history, snapshot) }
      else if (fault.steps > 20) ofFault()
      // In the midst of what a consumer is doing.
      else history.consumer(fault.target).atStep(fault.steps, false, ofFault)
    },
  },
  'position-deleted': {
    happen: ({ universe }) => {
      const { database, tally } = universe
      database.whenFree(() => {
        for (const offset of positionsOf(universe).values()) tally.rereadable += offset
        database.ask('DELETE FROM kafka_position')
      })
    },
  },
  'floor-moves': {
    happen: (history, fault) => {
      const { nowMs } = history.universe.time
      moveFloor(history, Math.floor(nowMs - fault.amount * (nowMs - beginMs)))
    },
  },
  'foreign-record': {
    happen: ({ universe }, fault) => {
      const { broker, chronicle, time } = universe
      const partition = fault.target % broker.partitions.length
      for (let at = 0; at < Math.min(fault.steps, 6); at++) {
        const record = foreignRecord({ what: fault.target + at, share: fault.amount, nowMs: time.nowMs })
        const offset = broker.append(partition, record)
        const place = { cluster: clusterId, topic: topicName, topicId: broker.topicId, partition }
        chronicle.sawForeign(record, { ...place, offset: BigInt(offset) })
      }
    },
  },
  poison: {
    happen: (history, fault) => {
      history.agent(fault.target).poison += fault.steps > 10 ? 2 : 1
    },
  },
}

type Agent = ReturnType<History['agent']>

/** An agent's process ends in the midst of its I/O, and is started again after a while. */
function endAgent(history: History, fault: Fault, end: (agent: Agent) => void): void {
  const agent = history.agent(fault.target)
  agent.atStep(fault.steps, fault.amount > 0.5, () => {
    end(agent)
    history.universe.time.after(lengthOf(history, fault, 0.1), () => agent.start())
  })
}

function stepClock({ universe, plan }: History, { amount, steps }: Fault, machine: { skewMs: number }): void {
  const { nowMs } = universe.time
  const step = clockSteps[steps % clockSteps.length] ?? 0
  if (step === '1970') machine.skewMs = Date.UTC(1970, 0, 2) - nowMs
  else if (step === '2038') machine.skewMs = Date.UTC(2038, 0, 19, 3, 14, 8) - nowMs
  else machine.skewMs = step
  universe.time.after(amount * durationOf(plan.shape) * 0.4, () => {
    machine.skewMs = 0
  })
}

/** As many milliseconds as this share of the history at most, mostly far fewer. */
function lengthOf({ plan }: History, { amount }: Fault, share: number): number {
  return Math.ceil(amount ** 2 * share * durationOf(plan.shape))
}
