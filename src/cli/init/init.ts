import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseHostPort } from '../../config/host-port.ts'
import { packageTypeOf } from '../../config/package-type.ts'
import { hasCode } from '../../runtime/error-code.ts'
import { describeError, FailureError } from '../../runtime/errors.ts'
import { readVersion } from '../../runtime/version.ts'
import { openAsker } from './ask.ts'
import { initFiles, type InitAnswers } from './init-files.ts'
import type { CommandIo } from '../io.ts'

/** Options of `hostvitals init`. */
export interface InitOptions {
  /** Relative to the current folder, which it is by default. */
  readonly folder?: string | undefined
  /** Asks nothing. */
  readonly yes?: boolean
}

const presets: InitAnswers = { brokers: ['localhost:9092'], store: 'postgres' }

/**
 * Writes a configuration that loads as it is, asking two questions where a person can answer. Never overwrites; says
 * what it kept. Exit 0; 78 when a package.json that was there keeps the files from being loaded; 130 when interrupted.
 */
export async function runInit(options: InitOptions, io: CommandIo): Promise<number> {
  const folder = resolve(io.cwd, options.folder ?? '.')
  const answers = options.yes === true || io.stdin.isTTY !== true ? presets : await askPerson(io)
  if (answers === undefined) return 130
  const written: string[] = []
  const kept: string[] = []
  try {
    await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 })
    for (const { name, text } of initFiles(answers, readVersion())) {
      ;((await writeNew(join(folder, name), text)) ? written : kept).push(name)
    }
  } catch (cause) {
    const nextStep = 'Choose a folder that this user may write: hostvitals init DIR'
    throw new FailureError(`${folder} cannot be written: ${describeError(cause)}`, { cause, nextStep })
  }
  if (written.length > 0) io.stdout.write(`✓ wrote ${written.join(', ')} and keys/ in ${folder}\n`)
  if (kept.length > 0) io.stdout.write(`  kept ${kept.join(', ')}: what is there is never overwritten\n`)
  const type = packageTypeOf(folder)
  if (type.says === 'commonjs') {
    io.stderr.write(
      `✗ ${type.file} says "type": "commonjs", so Node will not load these files\n` +
        `  Write "type": "module" into it, or use a folder of its own: hostvitals init hostvitals\n`,
    )
    return 78
  }
  io.stdout.write(`  Next: edit producer.config.ts, then  hostvitals scrape${configOption(options.folder)}\n`)
  return 0
}

async function askPerson(io: CommandIo): Promise<InitAnswers | undefined> {
  const asker = openAsker(io)
  try {
    const brokers = await asker.ask({
      text: 'Kafka brokers, host:port, with commas between',
      preset: presets.brokers.join(','),
      understand: (answer) => {
        const given = answer.split(',').map((each) => each.trim())
        return given.every((each) => parseHostPort(each) !== undefined) ? given : undefined
      },
    })
    if (brokers === undefined) return undefined
    const store = await asker.ask({
      text: 'Database: postgres, mysql (MariaDB too) or sqlite',
      preset: presets.store,
      understand: (answer) => (['postgres', 'mysql', 'sqlite'] as const).find((each) => each === answer.toLowerCase()),
    })
    return store === undefined ? undefined : { brokers, store }
  } finally {
    asker.end()
  }
}

/** True when the file was written, false when one is there. */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

function configOption(folder: string | undefined): string {
  return folder === undefined ? '' : ` --config ${folder}`
}
