import { createHmac } from 'node:crypto'

/** What a machine is told from another by, each by itself. */
export const markNames = ['machine-id', 'instance-id', 'product-uuid', 'mac'] as const

/** One of them. */
export type MarkName = (typeof markNames)[number]

/**
 * What can be seen of the machine, each hashed; what cannot be read is absent. `mac` has all physical network cards: they are
 * the machine's as long as it kept one of them.
 */
export type MachineMarks = Readonly<Partial<Record<Exclude<MarkName, 'mac'>, string>>> & {
  readonly mac?: readonly string[]
}

/**
 * A mark as it is kept, in `agent.json` and nowhere else: not the raw value, so that who comes by reads none. The key is no
 * secret, and there are few enough addresses of cards to try them all: who may not know them may not read the file.
 */
export function markOf(value: string): string {
  return createHmac('sha256', 'hostvitals machine mark').update(value).digest('hex').slice(0, 32)
}

/** How a machine differs from the one that was seen before. */
export interface MarkDifference {
  readonly differing: readonly MarkName[]
  /** Two or more could be read both times and all differ: another machine, so the disk is a copy. */
  readonly isOtherMachine: boolean
}

/** Compares one by one: what cannot be read today, or could not then, is no evidence. */
export function compareMarks(before: MachineMarks, now: MachineMarks): MarkDifference {
  const both = markNames.filter((name) => valuesOf(before, name).length > 0 && valuesOf(now, name).length > 0)
  const differing = both.filter((name) => {
    const known = new Set(valuesOf(before, name))
    return valuesOf(now, name).every((value) => !known.has(value))
  })
  return { differing, isOtherMachine: differing.length >= 2 && differing.length === both.length }
}

function valuesOf(marks: MachineMarks, name: MarkName): readonly string[] {
  const value = marks[name]
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** Marks from a file that somebody may have touched: what is none is left out. */
export function parseMarks(value: unknown): MachineMarks {
  if (typeof value !== 'object' || value === null) return {}
  const found = new Map<string, unknown>(Object.entries(value))
  const single = markNames.filter((name) => name !== 'mac').flatMap((name) => ofText(name, found.get(name)))
  const macs = [found.get('mac')].flat().filter((mac) => typeof mac === 'string')
  return { ...Object.fromEntries(single), ...(macs.length === 0 ? {} : { mac: macs }) }
}

function ofText(name: MarkName, value: unknown): readonly (readonly [string, string])[] {
  return typeof value === 'string' ? [[name, value]] : []
}
