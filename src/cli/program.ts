import { Command, CommanderError } from 'commander'
import { describeError, HostvitalsError } from '../runtime/errors.ts'
import { ConfigurationFaultsError } from '../config/fault.ts'
import type { CommandIo } from './io.ts'
import { Interrupted } from './process-io.ts'
import { addHosts } from './commands/hosts.ts'
import { addLooks } from './commands/looks.ts'
import { addLosses } from './commands/losses.ts'
import { addRoles } from './commands/roles.ts'
import { addSetup } from './commands/setup.ts'
import { addTopic } from './commands/topic.ts'
import { formatFaults } from './print-faults.ts'
import { readVersion } from '../runtime/version.ts'

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
  // In the order of `--help`.
  for (const addGroup of [addRoles, addLooks, addHosts, addLosses, addSetup, addTopic])
    addGroup(program, { io, finish })
  return program
}
