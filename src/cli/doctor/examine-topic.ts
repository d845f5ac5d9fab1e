import type { KafkaConnection } from '../../kafka/client-options.ts'
import type { BrokerAddress } from '../../kafka/probe-broker.ts'
import { HostvitalsError } from '../../runtime/errors.ts'
import { counted } from '../text/counted.ts'
import { finding, type Finding } from './finding.ts'

/** What the topic is for on this machine, by the configuration files that are there. */
export interface TopicUse {
  readonly isWritten: boolean
  readonly isRead: boolean
}

/** Looks whether the topic is there, and whether this user may do with it what this machine is to do. */
export async function* examineTopic(
  connection: KafkaConnection,
  at: BrokerAddress,
  { isWritten, isRead }: TopicUse,
): AsyncGenerator<Finding> {
  const { topic } = connection
  const { probeTopic } = await import('../../kafka/probe-broker.ts')
  try {
    const { partitions, mayRead, mayWrite } = await probeTopic(connection, at)
    const lacking = [
      ...(isWritten && mayWrite === false ? ['WRITE'] : []),
      ...(isRead && mayRead === false ? ['READ'] : []),
    ]
    const rights = [...(mayRead === true ? ['read'] : []), ...(mayWrite === true ? ['write'] : [])]
    const may =
      mayRead === undefined ? 'rights not told' : `this user may ${rights.join(' and ') || 'neither read nor write'}`
    const text = `topic ${topic}: ${counted(partitions, 'partition')}, ${may}`
    if (lacking.length === 0) yield finding('kafka', 'ok', text)
    else {
      yield finding('kafka', 'problem', text, {
        why: 'Agents need WRITE and DESCRIBE, consumers READ and DESCRIBE.',
        nextStep: `Grant ${lacking.join(' and ')} on the topic ${topic} (docs/kafka-security.md)`,
      })
    }
  } catch (error) {
    if (!(error instanceof HostvitalsError)) throw error
    yield finding('kafka', 'todo', error.message, { nextStep: error.nextStep ?? null })
  }
}
