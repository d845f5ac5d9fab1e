import { expect, it } from 'vitest'
import { knownId } from './known-id.ts'

it.each([
  ['3D1219C7C4C5404AAA1F6D2A48ADFDA4\n', '3d1219c7c4c5404aaa1f6d2a48adfda4'],
  ['4c4c4544-0042-3510-8052-b4c04f4e3232', '4c4c4544-0042-3510-8052-b4c04f4e3232'],
  ['i-0abcdef1234567890', 'i-0abcdef1234567890'],
  ['52:54:00:12:34:56', '52:54:00:12:34:56'],
  [undefined, undefined],
  ['', undefined],
  ['\n', undefined],
  ['uninitialized\n', undefined],
  ['00000000000000000000000000000000', undefined],
  ['00000000-0000-0000-0000-000000000000', undefined],
  ['FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', undefined],
  ['fefefefe-fefe-fefe-fefe-fefefefefefe', undefined],
  ['00:00:00:00:00:00', undefined],
  ['ff:ff:ff:ff:ff:ff', undefined],
  ['03000200-0400-0500-0006-000700080009', undefined],
  ['Default string', undefined],
  ['To Be Filled By O.E.M.', undefined],
  ['iid-datasource-none', undefined],
])('%j is known as %j', (text, expected) => {
  expect(knownId(text)).toBe(expected)
})
