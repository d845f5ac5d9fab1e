import { formatError } from './format-error.ts'

/** A whole number that is all that a file says. Throws FormatError for anything else. */
export function parseWhole(file: string, text: string): number {
  if (!/^-?\d{1,20}$/.test(text)) throw formatError(file, `'${text.slice(0, 20)}' is no whole number`)
  return Number(text)
}
