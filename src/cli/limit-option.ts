import { InvalidArgumentError } from 'commander'

const most = 100_000

/** A number of rows as typed behind `--limit`; throws what the parser of arguments tells with the flag's name. */
export function parseLimit(text: string): number {
  const limit = Number(text)
  if (/^\d{1,6}$/.test(text) && limit >= 1 && limit <= most) return limit
  throw new InvalidArgumentError(`A limit is a whole number from 1 to ${most}.`)
}
