import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { locateKey, type KeyPath } from './locate-key.ts'

/** The text that the found position points at, up to the end of its line. */
function found(text: string, path: KeyPath, point: 'key' | 'value' = 'value'): string | undefined {
  const position = locateKey(text, 'defineX', path, point)
  if (position === undefined) return undefined
  return text.split('\n')[position.line - 1]?.slice(position.column - 1)
}

describe('the place of a key', () => {
  it.each<[name: string, text: string, path: KeyPath, expected: string]>([
    ['of its value', 'defineX({ a: 1 })', ['a'], '1 })'],
    ['on another line', 'defineX({\n  a: 1,\n  b: 2,\n})', ['b'], '2,'],
    ['in quotes', `defineX({ 'a-b': 1 })`, ['a-b'], '1 })'],
    ['in an object', 'defineX({ a: 1, b: { a: 2 } })', ['b', 'a'], '2 } })'],
    ['in a list', 'defineX({ a: [1, [2, 3], { b: 4 }] })', ['a', 2, 'b'], '4 }] })'],
    ['of an entry that is a call', 'defineX({ a: [f(1, 2), g({ b: 3 }, 4)] })', ['a', 1], 'g({ b: 3 }, 4)] })'],
    ['in the object given to a call', 'defineX({ a: postgres({ url: 1 }) })', ['a', 'url'], '1 }) })'],
    ['set to nothing but itself', 'defineX({ a, b })', ['b'], 'b })'],
    ['that is a method', 'defineX({ a() { return { b: 1 } }, b: 2 })', ['b'], '2 })'],
    ['after a comment that looks like it', 'defineX({ /* a: 0 */ // a: 1\n a: 2 })', ['a'], '2 })'],
    ['after a text that looks like it', `defineX({ b: 'a: 0, }', a: 2 })`, ['a'], '2 })'],
    ['after a template', 'defineX({ b: `a: ${{ a: `}` }.a}, ]`, a: 2 })', ['a'], '2 })'],
    ['after a regular expression', 'defineX({ b: /[{(]/g, a: 2 })', ['a'], '2 })'],
    [
      'after a function',
      'defineX({ b: (x: number): number => { const a = { a: 0 }; return x / 2 }, a: 2 })',
      ['a'],
      '2 })',
    ],
    ['that stands there twice: the one that counts', 'defineX({ a: 1, a: 2 })', ['a'], '2 })'],
    ['after a hole of a list', 'defineX({ a: [, 2] })', ['a', 1], '2] })'],
    ['with Windows line ends', 'defineX({\r\n  a: 1,\r\n})', ['a'], '1,\r'],
    ['behind the import of the function', `import { defineX } from 'x'\ndefineX({ a: 1 })`, ['a'], '1 })'],
  ])('%s', (_name, text, path, expected) => {
    expect(found(text, path)).toBe(expected)
  })

  it('is its name, where the name is to blame', () => {
    expect(found('defineX({ a: { bb: 1 } })', ['a', 'bb'], 'key')).toBe('bb: 1 } })')
  })

  it.each<[name: string, text: string, path: KeyPath, expected: string]>([
    ['a missing key', 'defineX({ a: { b: 1 } })', ['a', 'c'], '{ b: 1 } })'],
    ['a variable', 'defineX({ a: shared })', ['a', 'b'], 'shared })'],
    ['a spread that may set it anew', 'defineX({ a: 1, ...more })', ['a'], 'defineX({ a: 1, ...more })'],
    ['entries after a spread', 'defineX({ a: [1, ...more, 2] })', ['a', 2], '[1, ...more, 2] })'],
    ['a list that goes on', 'defineX({ a: [1].concat(b) })', ['a', 0], '[1].concat(b) })'],
    ['a variable as a whole', 'const x = { a: 1 }\ndefineX(x)', ['a'], 'defineX(x)'],
    ['a choice', 'defineX({ a: b ? { c: 1 } : { c: 2 } })', ['a', 'c'], 'b ? { c: 1 } : { c: 2 } })'],
  ])('ends at what is certain: %s', (_name, text, path, expected) => {
    expect(found(text, path)).toBe(expected)
  })

  it('is unknown where nothing is defined', () => {
    expect(found('const a = 1', ['a'])).toBeUndefined()
  })

  it('is right in any nest of objects and lists', () => {
    const leaf = fc.constantFrom(
      '1',
      `'}'`,
      '`${{ a: 1 }}`',
      '/[}]/',
      'f({ a: 1 }, [2])',
      '(x) => ({ a: x })',
      '// ,\n 1',
    )
    const { nest } = fc.letrec<{ nest: { text: string; path: KeyPath } }>((tie) => ({
      nest: fc.oneof(
        { depthSize: 'small' },
        fc.constant({ text: '@', path: [] }),
        fc.tuple(tie('nest'), fc.array(leaf, { maxLength: 3 }), fc.boolean()).map(([inner, others, isList]) => {
          const key: PropertyKey = isList ? others.length : 'key'
          const before = others.map((other, index) => (isList ? other : `k${index}: ${other}`))
          const entry = isList ? inner.text : `key: ${inner.text}`
          const body = [...before, entry, isList ? '2' : 'z: 2'].join('\n, ')
          return { text: isList ? `[${body}]` : `{ ${body} }`, path: [key, ...inner.path] }
        }),
      ),
    }))
    fc.assert(
      fc.property(nest, ({ text, path }) => {
        const position = locateKey(`defineX({ a: ${text} })`, 'defineX', ['a', ...path], 'value')
        const line = `defineX({ a: ${text} })`.split('\n')[(position?.line ?? 0) - 1]
        expect(line?.[(position?.column ?? 0) - 1]).toBe('@')
      }),
    )
  })
})
