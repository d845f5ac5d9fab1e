import { expect, it } from 'vitest'
import { printable } from './printable.ts'

it.each([
  ['plain text', 'web-1 ü 日本 🙂', 'web-1 ü 日本 🙂'],
  ['colours', 'a\u001b[31mb', 'a\\x1b[31mb'],
  ['lines', 'a\r\nb\tc', 'a\\x0d\\x0ab\\x09c'],
  ['NUL, DEL and C1', '\0\u007f\u009b', '\\x00\\x7f\\x9b'],
  ['turned writing', 'a\u202eb\u2066', 'a\\u202eb\\u2066'],
  ['what is not seen', 'a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['half a character', 'a\ud83db', 'a\\ud83db'],
])('%s', (_name, text, expected) => {
  expect(printable(text)).toBe(expected)
})
