import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import type { BenchReport, Figures } from './report.ts'

/**
 * Runs another bench in a process of its own, on servers that are given by their variables, and returns what it printed as JSON.
 * What it tells on the way goes to stderr. Throws where it fails.
 */
export async function runBench(
  args: readonly string[],
  servers: Readonly<Record<string, string>> = {},
): Promise<Partial<BenchReport> & Readonly<Record<string, unknown>>> {
  // Before its own options: what stands behind a lone -- is not the bench's.
  const [name = '', ...options] = args
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), name, '--json', ...options], {
    env: { ...process.env, ...servers },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = new Promise((resolve) => child.once('close', resolve))
  const printed = await text(child.stdout)
  const code = await closed
  if (code !== 0) throw new Error(`bench ${args.join(' ')} ended with ${String(code)}`)
  // Printed by a bench of this folder.
  return JSON.parse(printed) as Partial<BenchReport> & Readonly<Record<string, unknown>>
}

/** The figures of its first result, or those that it printed without any. */
export function figuresOf(printed: Partial<BenchReport> & Readonly<Record<string, unknown>>): Figures {
  const numbers = Object.entries(printed).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  return printed.results?.[0]?.median ?? Object.fromEntries(numbers)
}
