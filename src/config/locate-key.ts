import jsTokens from 'js-tokens'
import { positionAt, type Position } from './source-text.ts'

/** One token that means something, with its offset in the text. */
interface Lexeme {
  readonly text: string
  readonly type: string
  readonly offset: number
}

/** The path of a key: `['dashboard', 'thresholds', 0, 'warn']`. */
export type KeyPath = readonly PropertyKey[]

/**
 * Where a key of `defineX({ … })` stands in the text. `key` points at its name, `value` at what it is set to.
 * It reads tokens, not a syntax tree, and follows object and array literals and the object given to a call such as
 * `postgres({ … })`. Whatever it cannot follow (a spread, a variable) ends the way: the last certain key is told, at
 * least `defineX` itself; `undefined` where the text has no `defineX(`.
 */
export function locateKey(text: string, define: string, path: KeyPath, point: 'key' | 'value'): Position | undefined {
  const lexemes = lexemesOf(text)
  const at = lexemes.findIndex(
    (lexeme, index) =>
      lexeme.text === define && lexemes[index + 1]?.text === '(' && lexemes[index - 1]?.text !== 'function',
  )
  if (at === -1) return undefined
  let found = { key: at, value: at }
  for (const step of path) {
    const opening = openingOf(lexemes, found.value)
    const next = opening === undefined ? undefined : stepInto(lexemes, opening, step)
    if (next === undefined) break
    found = next
  }
  return positionAt(text, lexemes[found[point]]?.offset ?? 0)
}

/** The index of the literal that a value is: `{`, `[`, or the first argument of a plain call `name({`. */
function openingOf(lexemes: readonly Lexeme[], value: number): number | undefined {
  const [first, second, third] = lexemes.slice(value, value + 3)
  if (first?.text === '{' || first?.text === '[') return value
  return first?.type === 'IdentifierName' && second?.text === '(' && third?.text === '{' ? value + 2 : undefined
}

/** Key and value of one entry of the literal that opens at `opening`; `undefined` where it cannot be told for certain. */
function stepInto(
  lexemes: readonly Lexeme[],
  opening: number,
  step: PropertyKey,
): { readonly key: number; readonly value: number } | undefined {
  const isArray = lexemes[opening]?.text === '['
  const { starts, end } = entriesOf(lexemes, opening)
  // `[…].concat(more)` is not the literal that it begins with.
  if (/^(?:\?\.|\.|\[)$/.test(lexemes[end + 1]?.text ?? '')) return undefined
  let last: { readonly key: number; readonly value: number } | undefined
  for (const [index, start] of starts.entries()) {
    if (lexemes[start]?.text === '...') {
      if (isArray) return undefined
      // A spread after a key may set it anew, so what was found before it is no longer certain.
      last = undefined
    } else if (isArray) {
      if (index === step) return { key: start, value: start }
    } else if (nameOf(lexemes[start]) === String(step)) {
      last = { key: start, value: lexemes[start + 1]?.text === ':' ? start + 2 : start }
    }
  }
  return last
}

/** Index of the first token of each entry of a literal, and of its closing bracket. */
function entriesOf(lexemes: readonly Lexeme[], opening: number): { readonly starts: number[]; readonly end: number } {
  const starts: number[] = []
  let depth = 0
  let fresh = true
  for (let index = opening + 1; index < lexemes.length; index++) {
    const { text = '', type = '' } = lexemes[index] ?? {}
    const closes = type === 'TemplateTail' || text === '}' || text === ']' || text === ')'
    if (closes && depth === 0) return { starts, end: index }
    // A comma where an entry should begin is a hole of an array, and counts.
    if (fresh) starts.push(index)
    fresh = depth === 0 && text === ','
    if (type === 'TemplateHead' || text === '{' || text === '[' || text === '(') depth++
    else if (closes) depth--
  }
  return { starts, end: lexemes.length }
}

/** The name that a key's token gives: `a`, `'a'`, `"a"`. */
function nameOf(lexeme: Lexeme | undefined): string | undefined {
  if (lexeme?.type === 'IdentifierName' || lexeme?.type === 'NumericLiteral') return lexeme.text
  return lexeme?.type === 'StringLiteral' ? lexeme.text.slice(1, -1) : undefined
}

/** Tokens without white space and comments. */
function lexemesOf(text: string): readonly Lexeme[] {
  const lexemes: Lexeme[] = []
  let offset = 0
  for (const { type, value } of jsTokens(text)) {
    if (!/Comment$|^WhiteSpace$|^LineTerminatorSequence$/.test(type)) lexemes.push({ text: value, type, offset })
    offset += value.length
  }
  return lexemes
}
