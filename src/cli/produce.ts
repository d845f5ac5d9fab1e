import { defaultStateFolder } from '../config/state-folder.ts'
import { Producer } from '../producer.ts'
import { describeThisHost } from '../this-host.ts'
import { readVersion } from '../runtime/version.ts'
import { lossesOf } from '../vitals/losses.ts'
import type { CommandIo } from './io.ts'
import { loadTold } from './load-told.ts'
import { kafkaConnection } from './kafka-connection.ts'
import { openRole, type RoleOptions } from './role.ts'
import { type RootOptions, rootsOf } from './root-options.ts'
import { RoleWatch } from './role-watch.ts'

const flushMs = 5000

/** Measures this host and publishes to Kafka until Ctrl-C, SIGTERM or `--for`. Returns the exit code. */
export async function runProduce(options: RoleOptions & RootOptions, io: CommandIo): Promise<number> {
  const loaded = await loadTold({ folder: options.config, needs: ['kafka', 'producer'] }, io)
  const { kafka, producer: configured } = loaded
  const { seams: unwatched, begin, exitCode } = openRole(options, configured.logLevel, io)
  await using watch = await RoleWatch.begin(
    {
      role: 'produce',
      parts: ['agent'],
      needs: ['kafka', 'spool'],
      intervalMs: configured.intervalMs,
      port: options.healthPort,
      listen: configured.health,
    },
    unwatched,
  )
  const { seams, vitals } = watch
  const stateFolder = configured.stateFolder ?? defaultStateFolder(loaded.env)
  const roots = rootsOf(options)
  const thisHost = await describeThisHost(configured.host, roots, loaded.env)
  const agent = { ...configured, ...thisHost, stateFolder, roots, vitals }
  await using producer = await Producer.open({ agent, kafka: kafkaConnection(kafka, 'produce') }, seams)
  seams.emit('role.started', {
    role: 'produce',
    version: readVersion(),
    facts: `host ${producer.agent.name} (${producer.agent.identity.agentUid}), ${configured.metrics.length} metrics, to ${kafka.topic} at ${kafka.brokers.join(', ')}, state in ${stateFolder}`,
  })
  const { spooledRecords } = await producer.run(begin(), flushMs)
  const left = spooledRecords === 0 ? 'all sent' : `${spooledRecords} records wait in the spool for the next start`
  seams.emit('role.stopped', { role: 'produce', facts: `${left}, ${lossesOf(vitals)}` })
  return exitCode()
}
