import type { SeedReport } from './run-seeds.ts'

/** The first lines of the table. */
export const tableHead = `| safeguard | without it | first seed that notices | what the oracle says |
|---|---|---|---|`

/** A safeguard's line; `first` is the first history that noticed. */
export function safeguardRow(name: string, means: string, first: SeedReport | undefined): string {
  return `| \`${name}\` | ${means} | ${first?.seed ?? 'none'} | ${first === undefined ? 'nothing' : saidBy(first)} |`
}

/** The worst kind with its first example. */
function saidBy({ failure }: SeedReport): string {
  if (failure === undefined) return 'nothing'
  const [kind] = failure.kinds
  if (kind === undefined) return 'nothing'
  const examples = kind === 'stuck' ? failure.stuck : failure.verdict[kind]
  return `${kind}, ${examples.length} times: ${(examples[0] ?? '').replaceAll('|', '\\|')}`
}
