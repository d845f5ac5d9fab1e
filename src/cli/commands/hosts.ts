import type { Command } from 'commander'
import { addCommand, type CommandRun } from './command.ts'
import { asJson, config, store } from './options.ts'

/** `hosts`: who the hosts are. */
export function addHosts(program: Command, { io, finish }: CommandRun): void {
  const hosts = program
    .command('hosts')
    .summary('who the hosts are')
    .description('Who the hosts are: docs/hosts.md says how one is told from another.')
  addCommand(hosts, 'list', 'list them: uid, name, labels, since when, and what is to be known of each', [
    'hostvitals hosts list',
    'hostvitals hosts list --all --json',
  ])
    .option('--all', 'forgotten ones too')
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('../hosts/hosts-list.ts')).runHostsList(options, io)))
  addCommand(hosts, 'forget <host>', 'take one off every list; nothing is deleted, and one that sends again is back', [
    'hostvitals hosts forget web-1',
    'hostvitals hosts forget 7f3a1c52-0d7e-4b0e-9d6e-2b8a5f0c9e11 --yes',
  ])
    .option('--yes', 'ask nothing')
    .option(...store)
    .option(...config)
    .action(async (host: string, options) =>
      finish((await import('../hosts/hosts-forget.ts')).runHostsForget(host, options, io)),
    )
}
