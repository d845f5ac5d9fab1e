import { cutBrokerFrom, fillDisk, freezeBrokerTo, killBroker, loseAcknowledgement } from './broker-faults.ts'
import { cutAtCommit, cutDatabase, freezeDatabase, killDatabase, lockDatabase } from './database-faults.ts'
import type { FaultLog } from './fault-log.ts'
import type { FaultKind, Step } from './plan.ts'
import { killAgent, killAgentTwice, killConsumer, stopAgent, stopConsumer } from './process-faults.ts'
import { revokeRight } from './right-revoked.ts'
import type { World } from './world.ts'

/** Does one thing to the world, and resolves when it is over and mended. */
export type Fault = (world: World, step: Step, log: FaultLog) => Promise<void>

/** What each kind is. */
export const faults: Readonly<Record<FaultKind, Fault>> = {
  'agent killed': killAgent,
  'agent killed twice': killAgentTwice,
  'agent stopped': stopAgent,
  'consumer killed': killConsumer,
  'consumer stopped': stopConsumer,
  'broker killed': killBroker,
  'broker cut from agents': cutBrokerFrom('agents'),
  'broker cut from consumers': cutBrokerFrom('consumers'),
  'acknowledgement lost': loseAcknowledgement,
  'broker frozen to agents': freezeBrokerTo('agents'),
  'broker frozen to consumers': freezeBrokerTo('consumers'),
  'database cut': cutDatabase,
  'database frozen': freezeDatabase,
  'database killed': killDatabase,
  'cut before COMMIT': cutAtCommit('message'),
  'cut after COMMIT': cutAtCommit('answer'),
  'database locked': lockDatabase,
  'disk full': fillDisk,
  'right revoked': revokeRight,
}

/** The kinds that this world can have. */
export function possibleKinds({ database, smallDisk }: World): ReadonlySet<FaultKind> {
  const isPossible: Readonly<Partial<Record<FaultKind, boolean>>> = {
    'database cut': database.line !== undefined,
    'database frozen': database.line !== undefined,
    'cut before COMMIT': database.line !== undefined,
    'cut after COMMIT': database.line !== undefined,
    'database killed': database.server !== undefined,
    'database locked': database.own.location.kind === 'sqlite',
    'disk full': smallDisk !== undefined,
  }
  // The keys are all kinds.
  return new Set((Object.keys(faults) as FaultKind[]).filter((kind) => isPossible[kind] ?? true))
}
