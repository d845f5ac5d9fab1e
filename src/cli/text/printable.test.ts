import { expect, it } from 'vitest'
import { printable, printableJson } from './printable.ts'

it.each([
  ['plain text', 'web-1 ü 日本 🙂', 'web-1 ü 日本 🙂'],
  ['colours', 'a\u001b[31mb', 'a\\u001b[31mb'],
  ['lines', 'a\r\nb\tc', 'a\\u000d\\u000ab\\u0009c'],
  ['NUL, DEL and C1', '\0\u007f\u009b', '\\u0000\\u007f\\u009b'],
  ['turned writing', 'a\u202eb\u2066', 'a\\u202eb\\u2066'],
  ['what is not seen', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['half a character', 'a\ud83db', 'a\\ud83db'],
])('%s', (_name, text, expected) => {
  expect(printable(text)).toBe(expected)
})

it('keeps a document JSON, and of the same value', () => {
  const document = { name: 'a\u009b\u202e\n', id: 5n }
  const text = printableJson(document)
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(JSON.parse(text)).toEqual({ name: document.name, id: '5' })
})
