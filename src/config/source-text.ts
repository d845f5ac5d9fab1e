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

/**
 * The lines around a position with a mark at it, by default at the line's first word: two before, one after.
 * Plain text, with passwords that were written out hidden.
 */
export function frameAt(text: string, { line, column }: { readonly line: number; readonly column?: number }): string {
  const written = text.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1] ?? ''
  const start = { line, column: column === undefined ? written.search(/\S|$/) : column - 1 }
  return hidePasswords(codeFrameColumns(text, { start }, { linesAbove: 2, linesBelow: 1, highlightCode: false }))
}

/** `password: 'x'` and `postgres://user:x@host` as they may be shown. */
function hidePasswords(text: string): string {
  return text
    .replaceAll(/(password['"]?\s*:\s*)(['"`])(?:\\.|(?!\2).)*\2/gi, '$1$2***$2')
    .replaceAll(/(:\/\/[^\s:@/'"`]*:)[^\s'"`]+@/g, '$1***@')
}
