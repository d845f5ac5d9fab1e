import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Program } from '../test/support/program.ts'
import { writeFiles } from '../test/support/sections.ts'
import { temporaryFolder, type TemporaryFolder } from '../test/support/temporary-folder.ts'

/** A running Telegraf with a configuration of its own; disposal kills it. */
export interface RunningTelegraf extends AsyncDisposable {
  readonly pid: number
  /** Ends it calmly. Throws with what it said where it fails. */
  readonly stop: () => Promise<void>
}

/** Where the program is: as given, else in PATH; undefined where it is not. Throws where the given one does not exist. */
export function findTelegraf(given: string | undefined): string | undefined {
  if (given !== undefined && !existsSync(given)) throw new Error(`--telegraf ${given}: there is no such file`)
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return given ?? folders.map((folder) => join(folder, 'telegraf')).find((path) => existsSync(path))
}

/** What it says of its version. */
export function telegrafVersion(program: string): string {
  return execFileSync(program, ['--version'], { encoding: 'utf8' }).trim()
}

/** Starts it with this configuration. */
export async function startTelegraf(program: string, configuration: string): Promise<RunningTelegraf> {
  const folder: TemporaryFolder = await temporaryFolder('hostvitals-bench-telegraf')
  await writeFiles(folder.path, [['telegraf.conf', configuration]])
  const child = spawn(program, ['--config', join(folder.path, 'telegraf.conf')], { cwd: folder.path })
  child.stdin.end()
  const running = new Program('telegraf', child)
  return {
    pid: running.pid ?? 0,
    stop: async () => {
      const { code, stdout, stderr } = await running.stop('SIGTERM')
      if (code !== 0) throw new Error(`telegraf ended with ${String(code)}:\n${stdout}${stderr}`)
    },
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** From a topic of influx lines into PostgreSQL, tuned: large batches, and enough messages under way to fill two of them. */
export function consumerConfiguration(way: {
  readonly brokers: string
  readonly topic: string
  readonly postgresUrl: string
  readonly hasTagTable: boolean
}): string {
  return `[agent]
  omit_hostname = true
  metric_batch_size = 10000
  metric_buffer_limit = 100000
  flush_interval = "1s"
  flush_jitter = "0s"
[[inputs.kafka_consumer]]
  brokers = ["${way.brokers}"]
  topics = ["${way.topic}"]
  kafka_version = "3.0.0"
  consumer_group = "${way.topic}"
  offset = "oldest"
  max_undelivered_messages = 50000
  max_processing_time = "10s"
  consumer_fetch_default = "4MB"
  data_format = "influx"
[[outputs.postgresql]]
  connection = "${way.postgresUrl}?sslmode=disable"
  tags_as_foreign_keys = ${way.hasTagTable}
  timestamp_column_type = "timestamp with time zone"
`
}

/** The eight inputs that measure a host, once a second, to a topic. */
export function agentConfiguration(brokers: string, topic: string): string {
  const inputs = ['cpu', 'mem', 'disk', 'diskio', 'net', 'system', 'kernel', 'processes']
  return `[agent]
  interval = "1s"
  flush_interval = "1s"
${inputs.map((name) => `[[inputs.${name}]]\n`).join('')}[[outputs.kafka]]
  brokers = ["${brokers}"]
  topic = "${topic}"
  version = "3.0.0"
  required_acks = -1
  data_format = "influx"
`
}
