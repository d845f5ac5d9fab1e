import { codeFrameColumns } from '@babel/code-frame'

/** Where in a text, both from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The position of a character offset. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/)
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}

/** The lines around a position with a mark at it, by default at the line's first word: two before, one after. Plain text. */
export function frameAt(text: string, { line, column }: { readonly line: number; readonly column?: number }): string {
  const written = text.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? ''
  const start = { line, column: column === undefined ? written.search(/\S|$/) : column - 1 }
  return codeFrameColumns(text, { start }, { linesAbove: 2, linesBelow: 1, highlightCode: false })
}
