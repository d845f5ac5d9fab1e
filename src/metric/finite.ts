import { FormatError } from '../runtime/errors.ts'

/** The value itself where it is a finite number; throws FormatError that says what was returned instead. */
export function finite(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new FormatError(`its function returned ${nameOf(value)}, not a finite number`, {
    nextStep: 'return a number, or throw where there is none',
  })
}

function nameOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return `the text ${JSON.stringify(value.slice(0, 40))}`
  if (typeof value === 'number' || value === null) return String(value)
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
