import { type Command, InvalidArgumentError } from 'commander'
import { addCommand, type CommandRun } from './command.ts'
import { config } from './options.ts'

/** `replay`, `tail`: records to the topic again, and from it. */
export function addTopic(program: Command, { io, finish }: CommandRun): void {
  addCommand(
    program,
    'replay',
    'send what the spool keeps of the acknowledged records again, after Kafka lost data; the agent must be stopped',
    ['hostvitals replay --dry-run', 'hostvitals replay --from -2h --config /etc/hostvitals'],
  )
    .option('--from <time>', 'only records since: -2h, 2026-11-24T10:00:00Z (default: all that is kept)')
    .option('--dry-run', 'only say how many records, from when to when')
    .option(...config)
    .action(async (options) => finish((await import('../replay.ts')).runReplay(options, io)))
  addCommand(program, 'tail', 'show records on the topic as they come; joins no group, commits nothing', [
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
    .action(async (options) => finish((await import('../tail.ts')).runTail(options, io)))
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a number from 1 to 999999.')
}
