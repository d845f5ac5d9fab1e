import type { AttributeValue } from '../../metric/sample.ts'
import { printable } from './printable.ts'

/** Rows of cells in aligned columns, two spaces apart, the first row in upper case as the heading; what came from outside is made printable. */
export function formatTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading.map((cell) => cell.toUpperCase()), ...rows.map((row) => row.map(printable))]
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.map((line) => `  ${line}`).join('\n')}\n`
}

/** An attribute's value as a person writes it: texts bare, lists and objects as JSON. */
export function attributeText(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
