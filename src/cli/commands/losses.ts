import { type Command, Option } from 'commander'
import { deadLetterReasons } from '../dead-letters/dead-letter-reasons.ts'
import { addCommand, type CommandRun } from './command.ts'
import { asJson, config, limit, store } from './options.ts'

/** `gaps`, `dead-letters`: what has not arrived, or could not be stored. */
export function addLosses(program: Command, { io, finish }: CommandRun): void {
  const gaps = program
    .command('gaps')
    .summary('records that have not arrived')
    .description('Records that have not arrived.')
  addCommand(gaps, 'list', 'list them: whose, which, why, since when', [
    'hostvitals gaps list',
    'hostvitals gaps list --host web-1 --state lost --json',
  ])
    .option('--host <name>', 'a host’s name or uid (default: all)')
    .addOption(new Option('--state <state>', 'only these').choices(['open', 'lost', 'expired']))
    .addOption(limit())
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) => finish((await import('../gaps.ts')).runGapsList(options, io)))
  const letters = program
    .command('dead-letters')
    .summary('records that could not be stored')
    .description('Records that could not be stored, kept whole.')
  addCommand(letters, 'list', 'list them, the newest first', [
    'hostvitals dead-letters list',
    'hostvitals dead-letters list --reason ahead --limit 100 --json',
  ])
    .addOption(reason('only of this reason'))
    .addOption(limit())
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (options) =>
      finish((await import('../dead-letters/dead-letters.ts')).runDeadLettersList(options, io)),
    )
  addCommand(letters, 'show <id>', 'show one: why, whose, its headers and bytes, decoded as far as it goes', [
    'hostvitals dead-letters show 12',
    'hostvitals dead-letters show 12 --raw > record.pb',
  ])
    .addOption(new Option('--raw', 'only its bytes, as they came; not to a terminal').conflicts('json'))
    .option(...asJson)
    .option(...store)
    .option(...config)
    .action(async (id: string, options) =>
      finish((await import('../dead-letters/show-dead-letter.ts')).runDeadLettersShow(id, options, io)),
    )
  addCommand(letters, 'replay [id...]', 'try them once more, after a fix: stored, or set aside again and why', [
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
      finish((await import('../dead-letters/replay-dead-letters.ts')).runDeadLettersReplay(ids, options, io)),
    )
}

function reason(what: string): Option {
  return new Option('--reason <reason>', what).choices(deadLetterReasons)
}
