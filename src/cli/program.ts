import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { describeError, HostvitalsError } from '../runtime/errors.ts'
import { ConfigurationFaultsError } from '../config/fault.ts'
import type { CommandIo } from './io.ts'
import { Interrupted } from './process-io.ts'
import { deadLetterReasons } from './dead-letters/dead-letter-reasons.ts'
import { parseLimit } from './limit-option.ts'
import { formatFaults } from './print-faults.ts'
import { readVersion } from '../runtime/version.ts'

const config = [
  '--config <dir>',
  'folder of kafka.config.ts, producer.config.ts, consumer.config.ts (default: this one)',
] as const
const store = ['--store <url>', 'sqlite:FILE, postgres://… or mysql://… instead of consumer.config.ts'] as const
const stopAfter = ['--for <duration>', 'stop by itself after 10s, 5m, 1h …, flushed'] as const
const healthPort = [
  '--health-port <n>',
  'answer /healthz, /readyz and /metrics on this port of 127.0.0.1; 0 takes a free one and says which',
  parsePort,
] as const
const asJson = ['--json', 'one JSON document on stdout and nothing else'] as const

/** Parses the arguments, runs the command and returns the exit code: 0 ok, 1 failure, 2 usage, 69 unavailable, 78 configuration, 130 interrupted. */
export async function runProgram(args: readonly string[], io: CommandIo): Promise<number> {
  let exitCode = 0
  const finish = async (running: Promise<number>): Promise<void> => {
    exitCode = await running
  }
  const program = buildProgram(io, finish)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof Interrupted) return 130
    return reportError(error, io)
  }
}

/** Says what ended a command, and what to do; the exit code is the error's own. */
export function reportError(error: unknown, io: CommandIo): number {
  if (error instanceof ConfigurationFaultsError) {
    io.stderr.write(formatFaults(error.faults))
    return error.exitCode
  }
  if (!(error instanceof HostvitalsError)) {
    io.stderr.write(
      `✗ ${describeError(error)}\n${error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : ''}`,
    )
    return 1
  }
  io.stderr.write(`✗ ${error.message}\n`)
  if (error.nextStep !== undefined) io.stderr.write(`  ${error.nextStep}\n`)
  return error.exitCode
}

function buildProgram(io: CommandIo, finish: (running: Promise<number>) => Promise<void>): Command {
  const program = new Command('hostvitals')
    .description('Measures hosts, carries the metrics through Apache Kafka, and keeps them in your own SQL database.')
    .version(readVersion(), '-V, --version')
    .showSuggestionAfterError()
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHasColors: () => io.stdout.isTTY === true,
      getErrHasColors: () => io.stderr.isTTY === true,
    })
  // Each command's room is imported when it runs: `--help` needs no Kafka client and no database driver.
  const add = (usage: string, summary: string, examples: readonly string[]): Command =>
    addTo(program, usage, summary, examples)

  add('up', 'measure this host and keep it here: one process, no Kafka', [
    'hostvitals up',
    'hostvitals up --interval 1s --for 1m --data /tmp/vitals',
    'hostvitals up --store postgres://me@localhost/metrics',
  ])
    .option('--data <dir>', 'state folder and database (default: ./.hostvitals)')
    .option('--port <n>', 'port of the dashboard; it is not there yet, and nothing listens', parsePort)
    .option('--interval <duration>', 'time between two rounds (default: producer.config.ts, else 2s)')
    .option(...stopAfter)
    .option(...config)
    .option('--store <url>', 'sqlite:FILE, postgres://… or mysql://… instead of DIR/metrics.db')
    .option(...healthPort)
    .addOption(logLevel())
    .action(async (options) => finish((await import('./up.ts')).runUp(options, io)))
  add('produce', 'measure this host and publish to Kafka', [
    'hostvitals produce',
    'hostvitals produce --config /etc/hostvitals',
  ])
    .option(...config)
    .option(...stopAfter)
    .option(...healthPort)
    .addOption(logLevel())
    .action(async (options) => finish((await import('./produce.ts')).runProduce(options, io)))
  add('consume', 'store what comes from Kafka', [
    'hostvitals consume',
    'hostvitals consume --config /etc/hostvitals --for 5m',
  ])
    .option(...config)
    .option(...stopAfter)
    .option(...healthPort)
    .addOption(logLevel())
    .action(async (options) => finish((await import('./consume.ts')).runConsume(options, io)))
  add('scrape', 'measure once and print; nothing is sent', [
    'hostvitals scrape',
    'hostvitals scrape --json --procfs /host/proc --sysfs /host/sys --rootfs /host',
  ])
    .option('--procfs <dir>', 'where the kernel’s /proc is', '/proc')
    .option('--sysfs <dir>', 'where the kernel’s /sys is', '/sys')
    .option('--rootfs <dir>', 'where the host’s / is', '/')
    .option(...config)
    .option(...asJson)
    .action(async (options) => finish((await import('./scrape.ts')).runScrape(options, io)))
  add('query <metric>', 'print one metric over time', [
    'hostvitals query system.memory.usage',
    'hostvitals query system.network.io --attr network.interface.name=eth0 --from -1d --step 5m --csv',
    'hostvitals query cpu.percent --label site=berlin --by role --store sqlite:.hostvitals/metrics.db --json',
  ])
    .option('--host <name>', 'a host’s name or uid (default: all)')
    .option('--attr <k=v>', 'only series with this attribute; may be repeated', collect)
    .option('--label <k=v>', 'only hosts with this label; may be repeated', collect)
    .option('--by <label>', 'one series for each value of this host label')
    .option('--from <time>', 'begin: -1h, 2026-11-24T10:00:00Z', '-1h')
    .option('--to <time>', 'end: now, -5m, …', 'now')
    .option('--step <duration>', 'one point a step (default: every reading)')
    .option(...asJson)
    .option('--csv', 'comma-separated values')
    .option(...store)
    .option(...config)
    .action(async (metric: string, options) => finish((await import('./query.ts')).runQuery(metric, options, io)))
  add('status', 'say how hosts, Kafka, the consumer and the database are', [
    'hostvitals status',
    'hostvitals status --all --store sqlite:.hostvitals/metrics.db',
    'hostvitals status --json --config /etc/hostvitals',
  ])
    .option('--all', 'every host and partition, not only those that need attention')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('./status/status.ts')).runStatus(options, io)))
  const gaps = program
    .command('gaps')
    .summary('records that have not arrived')
    .description('Records that have not arrived.')
  addTo(gaps, 'list', 'list them: whose, which, why, since when', [
    'hostvitals gaps list',
    'hostvitals gaps list --host web-1 --state lost --json',
  ])
    .option('--host <name>', 'a host’s name or uid (default: all)')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'lost', 'expired']))
    .addOption(limit())
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('./gaps.ts')).runGapsList(options, io)))
  addDeadLetters(program, io, finish)
  add('check', 'check the three configuration files; every fault at once', [
    'hostvitals check',
    'hostvitals check --config /etc/hostvitals --json',
  ])
    .option(...config)
    .option(...asJson)
    .action(async (options) => finish((await import('./check.ts')).runCheck(options, io)))
  add('init [dir]', 'write the three configuration files; never overwrites', [
    'hostvitals init',
    'hostvitals init --yes /etc/hostvitals',
  ])
    .option('--yes', 'ask nothing')
    .action(async (folder: string | undefined, options) =>
      finish((await import('./init/init.ts')).runInit({ folder, ...options }, io)),
    )
  add('migrate', 'bring the database’s schema up to date', [
    'hostvitals migrate',
    'hostvitals migrate --status',
    'hostvitals migrate --plan > review.sql',
  ])
    .addOption(new Option('--status', 'only say what is applied and what is not').conflicts('plan'))
    .option('--plan', 'only print the SQL')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('./migrate.ts')).runMigrate(options, io)))
  add(
    'replay',
    'send what the spool keeps of the acknowledged records again, after Kafka lost data; the agent must be stopped',
    ['hostvitals replay --dry-run', 'hostvitals replay --from -2h --config /etc/hostvitals'],
  )
    .option('--from <time>', 'only records since: -2h, 2026-11-24T10:00:00Z (default: all that is kept)')
    .option('--dry-run', 'only say how many records, from when to when')
    .option(...config)
    .action(async (options) => finish((await import('./replay.ts')).runReplay(options, io)))
  add('tail', 'show records on the topic as they come; joins no group, commits nothing', [
    'hostvitals tail',
    'hostvitals tail --limit 5 --host web-1',
    'hostvitals tail --json | jq .host.name',
  ])
    .option('--limit <n>', 'the newest N records, and as they come where there are fewer; then it ends', parseCount)
    .option('--host <name>', 'only this host, by name or uid')
    .option(
      '--json',
      'JSON lines on stdout and nothing else: one document for each record (for each host of a foreign one)',
    )
    .option(...config)
    .action(async (options) => finish((await import('./tail.ts')).runTail(options, io)))
  return program
}

function addDeadLetters(program: Command, io: CommandIo, finish: (running: Promise<number>) => Promise<void>): void {
  const letters = program
    .command('dead-letters')
    .summary('records that could not be stored')
    .description('Records that could not be stored, kept whole.')
  addTo(letters, 'list', 'list them, the newest first', [
    'hostvitals dead-letters list',
    'hostvitals dead-letters list --reason ahead --limit 100 --json',
  ])
    .addOption(reason('only of this reason'))
    .addOption(limit())
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('./dead-letters/dead-letters.ts')).runDeadLettersList(options, io)))
  addTo(letters, 'show <id>', 'show one: why, whose, its headers and bytes, decoded as far as it goes', [
    'hostvitals dead-letters show 12',
    'hostvitals dead-letters show 12 --raw > record.pb',
  ])
    .addOption(new Option('--raw', 'only its bytes, as they came; not to a terminal').conflicts('json'))
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (id: string, options) =>
      finish((await import('./dead-letters/show-dead-letter.ts')).runDeadLettersShow(id, options, io)),
    )
  addTo(letters, 'replay [id...]', 'try them once more, after a fix: stored, or set aside again and why', [
    'hostvitals dead-letters replay --all --dry-run',
    'hostvitals dead-letters replay 12 13',
    'hostvitals dead-letters replay --reason ahead',
  ])
    .addOption(reason('all of this reason'))
    .option('--all', 'all of them')
    .option('--dry-run', 'only say what would happen; nothing is kept')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (ids: readonly string[], options) =>
      finish((await import('./dead-letters/replay-dead-letters.ts')).runDeadLettersReplay(ids, options, io)),
    )
}

/** A command with its sentence and how it is typed. */
function addTo(parent: Command, usage: string, summary: string, examples: readonly string[]): Command {
  return parent
    .command(usage)
    .summary(summary)
    .description(summary)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
}

function limit(): Option {
  return new Option('--limit <n>', 'rows at most').argParser(parseLimit).default(50)
}

function reason(what: string): Option {
  return new Option('--reason <reason>', what).choices(deadLetterReasons)
}

function logLevel(): Option {
  return new Option('--log-level <level>', 'what is told').choices(['debug', 'info', 'warn', 'error'])
}

function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('A port is a number from 0 (a free one) to 65535.')
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a number from 1 to 999999.')
}

function collect(value: string, former: readonly string[] = []): readonly string[] {
  return [...former, value]
}
