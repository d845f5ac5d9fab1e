import type { Command } from 'commander'
import { addCommand, type CommandRun } from './command.ts'
import { withRoots } from '../root-options.ts'
import { config, healthPort, logLevel, parsePort, stopAfter } from './options.ts'

/** `up`, `produce`, `consume`: what runs until it is stopped. */
export function addRoles(program: Command, { io, finish }: CommandRun): void {
  withRoots(
    addCommand(program, 'up', 'measure this host and keep it here: one process, no Kafka', [
      'hostvitals up',
      'hostvitals up --interval 1s --for 1m --data /tmp/vitals',
      'hostvitals up --store postgres://me@localhost/metrics',
    ]),
  )
    .option('--data <dir>', 'state folder and database (default: ./.hostvitals)')
    .option('--port <n>', 'port of the dashboard; it is not there yet, and nothing listens', parsePort)
    .option('--interval <duration>', 'time between two rounds (default: producer.config.ts, else 2s)')
    .option(...stopAfter)
    .option(...config)
    .option('--store <url>', 'sqlite:FILE, postgres://… or mysql://… instead of DIR/metrics.db')
    .option(...healthPort)
    .addOption(logLevel())
    .action(async (options) => finish((await import('../up.ts')).runUp(options, io)))
  withRoots(
    addCommand(program, 'produce', 'measure this host and publish to Kafka', [
      'hostvitals produce',
      'hostvitals produce --config /etc/hostvitals',
    ]),
  )
    .option(...config)
    .option(...stopAfter)
    .option(...healthPort)
    .addOption(logLevel())
    .action(async (options) => finish((await import('../produce.ts')).runProduce(options, io)))
  addCommand(program, 'consume', 'store what comes from Kafka', [
    'hostvitals consume',
    'hostvitals consume --config /etc/hostvitals --for 5m',
  ])
    .option(...config)
    .option(...stopAfter)
    .option(...healthPort)
    .addOption(logLevel())
    .action(async (options) => finish((await import('../consume.ts')).runConsume(options, io)))
}
