import type { Command } from 'commander'
import { withRoots } from '../root-options.ts'
import { addCommand, type CommandRun } from './command.ts'
import { asJson, config, store } from './options.ts'

/** `scrape`, `query`, `status`: what looks at a host, or at what is stored. */
export function addLooks(program: Command, { io, finish }: CommandRun): void {
  withRoots(
    addCommand(program, 'scrape', 'measure once and print; nothing is sent', [
      'hostvitals scrape',
      'hostvitals scrape --json --procfs /host/proc --sysfs /host/sys --rootfs /host',
    ]),
  )
    .option(...config)
    .option(...asJson)
    .action(async (options) => finish((await import('../scrape.ts')).runScrape(options, io)))
  addCommand(program, 'query <metric>', 'print one metric over time', [
    'hostvitals query system.memory.usage',
    'hostvitals query system.network.io --attr network.interface.name=eth0 --from -1d --step 5m --csv',
    'hostvitals query system.cpu.utilization --label site=berlin --by role --store sqlite:.hostvitals/metrics.db --json',
  ])
    .option('--host <name>', 'a host’s name or uid (default: all)')
    .option('--attr <k=v>', 'only series with this attribute; may be repeated', collect)
    .option('--label <k=v>', 'only hosts with this label; may be repeated', collect)
    .option('--by <label>', 'one series for each value of this host label')
    .option('--from <time>', 'begin: -1h, 2026-11-24T10:00:00Z', '-1h')
    .option('--to <time>', 'end: now, -5m, …', 'now')
    .option('--step <duration>', 'one point a step (default: every reading)')
    .option('--increase', 'by how much a counter grew, instead of its rate a second')
    .option(...asJson)
    .option('--csv', 'comma-separated values')
    .option(...store)
    .option(...config)
    .action(async (metric: string, options) => finish((await import('../query.ts')).runQuery(metric, options, io)))
  addCommand(program, 'status', 'say how hosts, Kafka, the consumer and the database are', [
    'hostvitals status',
    'hostvitals status --all --store sqlite:.hostvitals/metrics.db',
    'hostvitals status --json --config /etc/hostvitals',
  ])
    .option('--all', 'every host and partition, not only those that need attention')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('../status/status.ts')).runStatus(options, io)))
}

function collect(value: string, former: readonly string[] = []): readonly string[] {
  return [...former, value]
}
