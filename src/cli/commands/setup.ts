import { type Command, Option } from 'commander'
import { addCommand, type CommandRun } from './command.ts'
import { asJson, config, store } from './options.ts'

/** `check`, `doctor`, `init`, `migrate`, `prune`: configuration, the way, and schema. */
export function addSetup(program: Command, { io, finish }: CommandRun): void {
  addCommand(program, 'check', 'check the three configuration files; every fault at once', [
    'hostvitals check',
    'hostvitals check --config /etc/hostvitals --json',
  ])
    .option(...config)
    .option(...asJson)
    .action(async (options) => finish((await import('../check.ts')).runCheck(options, io)))
  addCommand(program, 'doctor', 'look at the whole way from here: each hop, what is wrong, why, and what to do', [
    'hostvitals doctor',
    'hostvitals doctor --send --config /etc/hostvitals',
    'hostvitals doctor --store postgres://me@localhost/metrics --json',
  ])
    .option('--send', 'also send one round to Kafka, and look for its row in the database')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('../doctor/doctor.ts')).runDoctor(options, io)))
  addCommand(program, 'init [dir]', 'write the three configuration files; never overwrites', [
    'hostvitals init',
    'hostvitals init --yes /etc/hostvitals',
  ])
    .option('--yes', 'ask nothing')
    .action(async (folder: string | undefined, options) =>
      finish((await import('../init/init.ts')).runInit({ folder, ...options }, io)),
    )
  addCommand(program, 'migrate', 'bring the database’s schema up to date', [
    'hostvitals migrate',
    'hostvitals migrate --status',
    'hostvitals migrate --plan > review.sql',
  ])
    .addOption(new Option('--status', 'only say what is applied and what is not').conflicts('plan'))
    .option('--plan', 'only print the SQL')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('../migrate.ts')).runMigrate(options, io)))
  addCommand(program, 'prune', 'drop what is older than `retention` says; consumers do so by themselves', [
    'hostvitals prune --dry-run',
    'hostvitals prune --config /etc/hostvitals --json',
  ])
    .option('--dry-run', 'only say what would go')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('../prune.ts')).runPrune(options, io)))
}
