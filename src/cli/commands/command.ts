import type { Command } from 'commander'
import type { CommandIo } from '../io.ts'

/** What a command runs with; its room is imported only then, since `--help` needs no Kafka client and no database driver. */
export interface CommandRun {
  readonly io: CommandIo
  /** Waits for the command, and keeps its exit code. */
  readonly finish: (running: Promise<number>) => Promise<void>
}

/** A command with its sentence and how it is typed. */
export function addCommand(parent: Command, usage: string, summary: string, examples: readonly string[]): Command {
  return parent
    .command(usage)
    .summary(summary)
    .description(summary)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}`)
}
