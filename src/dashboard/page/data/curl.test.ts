import { expect, it } from 'vitest'
import { toCurl } from './curl.ts'

it('quotes an address for a shell', () => {
  expect(toCurl("http://h/api?q='; rm -rf /")).toBe(String.raw`curl 'http://h/api?q='\''; rm -rf /'`)
})
