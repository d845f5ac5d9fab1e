import type { Command } from 'commander'
import { addCommand, type CommandRun } from './command.ts'
import { withRoots } from '../root-options.ts'
import { config, healthPort, logLevel, parsePort, stopAfter, store } from './options.ts'

/** `up`, `produce`, `consume`, `serve`: what runs until it is stopped. */
export function addRoles(program: Command, { io, finish }: CommandRun): void {
  withRoots(
    addCommand(program, 'up', 'measure this host and keep it here: one process, no Kafka', [
      'hostvitals up',
      'hostvitals up --interval 1s --for 1m --data /tmp/vitals',
      'hostvitals up --store postgres://me@localhost/metrics',
    ]),
  )
    .option('--data <dir>', 'state folder and database (default: ./.hostvitals)')
    .option('--port <n>', 'port of the dashboard, the next free one where it is taken (default: 7070)', parsePort)
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
  addCommand(program, 'serve', 'show the dashboard over a database', [
    'hostvitals serve',
    'hostvitals serve --store postgres://me@localhost/metrics --port 8080',
    'hostvitals serve --config /etc/hostvitals --listen 0.0.0.0',
  ])
    .option('--port <n>', 'its port; 0 takes a free one and says which (default: that of dashboard.listen)', parsePort)
    .option('--listen <address>', 'its address (default: that of dashboard.listen)')
    .option(...store)
    .option(...config)
    .option(...stopAfter)
    .addOption(logLevel())
    .action(async (options) => finish((await import('../serve.ts')).runServe(options, io)))
}
