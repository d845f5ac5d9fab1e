import { placeOf, type Fault } from '../config/fault.ts'

/** Every fault with its lines of the file and what to do, for a person. */
export function formatFaults(faults: readonly Fault[]): string {
  const heading = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  return `✗ ${heading} in the configuration\n${faults.map((fault) => `\n${formatFault(fault, '✗')}`).join('')}`
}

/** What is allowed but unsafe or unclear. */
export function formatWarnings(warnings: readonly Fault[]): string {
  return warnings.map((warning) => formatFault(warning, '!')).join('')
}

function formatFault(fault: Fault, mark: '✗' | '!'): string {
  const place = fault.line === undefined ? '' : `${placeOf(fault)}  `
  const frame = (fault.frame ?? '').split('\n').filter((line) => line !== '')
  return [
    `${mark} ${place}${fault.problem}`,
    ...frame.map((line) => `    ${line}`),
    `  ${fault.nextStep.charAt(0).toUpperCase()}${fault.nextStep.slice(1)}`,
    '',
  ].join('\n')
}
