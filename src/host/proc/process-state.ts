import { formatError } from './format-error.ts'

const states: ReadonlyMap<string, string> = new Map([
  ['R', 'running'],
  ['S', 'sleeping'],
  ['D', 'sleeping'],
  ['I', 'sleeping'],
  ['P', 'sleeping'],
  ['W', 'sleeping'],
  ['K', 'sleeping'],
  ['T', 'stopped'],
  ['t', 'stopped'],
  ['Z', 'defunct'],
])

/**
 * The state of a process, under the conventions' names, of the begin of /proc/PID/stat; undefined of one that is just going. Its
 * name, before it, may hold anything, brackets too. Throws FormatError. Source: proc_pid_stat(5).
 */
export function parseProcessState(stat: Buffer): string | undefined {
  const letter = stat.toString('latin1', stat.lastIndexOf(')') + 2)[0] ?? ''
  if (letter === 'X' || letter === 'x') return undefined
  const state = states.get(letter)
  if (state === undefined) throw formatError('PID/stat', `'${letter}' is no state`)
  return state
}
