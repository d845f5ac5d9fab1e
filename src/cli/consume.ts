import { Consumer } from '../consumer.ts'
import { describeMachine } from '../host/identity/machine.ts'
import { readVersion } from '../runtime/version.ts'
import type { CommandIo } from './io.ts'
import { loadTold } from './load-told.ts'
import { kafkaConnection } from './kafka-connection.ts'
import { openRole, type RoleOptions } from './role.ts'
import { RoleWatch } from './role-watch.ts'
import { storeFromConfig } from './store-option.ts'

const roots = { proc: '/proc', sys: '/sys', root: '/' }

/** Stores what comes from Kafka until Ctrl-C, SIGTERM or `--for`. Returns the exit code. */
export async function runConsume(options: RoleOptions, io: CommandIo): Promise<number> {
  const loaded = await loadTold({ folder: options.config, needs: ['kafka', 'consumer'] }, io)
  const { kafka, consumer: configured } = loaded
  const { seams: unwatched, begin, exitCode } = openRole(options, configured.logLevel, io)
  await using watch = await RoleWatch.begin(
    {
      role: 'consume',
      parts: ['ingest'],
      needs: ['kafka', 'partitions', 'database'],
      port: options.healthPort,
      listen: configured.health,
    },
    unwatched,
  )
  const { seams, vitals, notice } = watch
  const connection = kafkaConnection(kafka, 'consume')
  const identity = {
    group: configured.group,
    clientId: connection.clientId,
    machine: await describeMachine(roots, { env: loaded.env }),
  }
  await using consumer = await Consumer.open(
    {
      ...configured,
      kafka: connection,
      store: storeFromConfig(configured.store),
      vitals,
      ...(configured.ownVitals ? { storedVitals: { ...identity, notice } } : {}),
    },
    seams,
  )
  seams.emit('role.started', {
    role: 'consume',
    version: readVersion(),
    facts: `${kafka.topic} at ${kafka.brokers.join(', ')} into ${consumer.store.label}, group ${configured.group}`,
  })
  const { storedRecords, storedSamples, duplicates, deadLetters } = await consumer.run(begin())
  seams.emit('role.stopped', {
    role: 'consume',
    facts: `${storedRecords} records with ${storedSamples} samples stored, ${duplicates} duplicates, ${deadLetters} dead letters`,
  })
  return exitCode()
}
