import { printable } from '../text/printable.ts'
import { counted } from '../text/counted.ts'
import type { Finding, FindingState } from './finding.ts'

const marks: Readonly<Record<FindingState, string>> = { ok: '✓', problem: '✗', todo: '→', note: '!', unchecked: '–' }
const indent = ' '.repeat(14)

/** A finding for a person; the hop's name only where the line before it was about another one. */
export function formatFinding({ hop, state, text, why, nextStep }: Finding, hopBefore: string | undefined): string {
  const name = hop === hopBefore ? '' : hop
  const lines = [
    `  ${name.padEnd(10)}${marks[state]} ${text}`,
    ...(why === null ? [] : [`${indent}${why}`]),
    ...(nextStep === null ? [] : [`${indent}${nextStep}`]),
  ]
  return `${lines.map(printable).join('\n')}\n`
}

/** The last line: how much is wrong, or that nothing is. */
export function formatSum(findings: readonly Finding[]): string {
  const count = (state: FindingState): number => findings.filter((each) => each.state === state).length
  const [problems, todos] = [count('problem'), count('todo')]
  const parts = [...(problems > 0 ? [counted(problems, 'problem')] : []), ...(todos > 0 ? [`${todos} to do`] : [])]
  return `  ${parts.length === 0 ? 'nothing is wrong' : parts.join(', ')}\n`
}
