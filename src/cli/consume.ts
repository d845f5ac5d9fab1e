import { loadConfiguration } from '../config/load.ts'
import { Consumer } from '../consumer.ts'
import { readVersion } from '../runtime/version.ts'
import type { CommandIo } from './io.ts'
import { kafkaConnection } from './kafka-connection.ts'
import { formatWarnings } from './print-faults.ts'
import { openRole, type RoleOptions } from './role.ts'
import { storeFromConfig } from './store-option.ts'

/** Stores what comes from Kafka until Ctrl-C, SIGTERM or `--for`. Returns the exit code. */
export async function runConsume(options: RoleOptions, io: CommandIo): Promise<number> {
  const loaded = await loadConfiguration({
    folder: options.config,
    needs: ['kafka', 'consumer'],
    env: io.env,
    cwd: io.cwd,
  })
  io.stderr.write(formatWarnings(loaded.warnings))
  const { kafka, consumer: configured } = loaded
  const { seams, begin, exitCode } = openRole(options, configured.logLevel, io)
  await using consumer = await Consumer.open(
    {
      ...configured,
      kafka: kafkaConnection(kafka, 'consume'),
      store: storeFromConfig(configured.store),
      rawRetentionMs: configured.retention.rawMs,
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
