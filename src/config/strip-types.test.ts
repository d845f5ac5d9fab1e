import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { stripsElsewhere } from './own-name.ts'
import { stripTypes } from './strip-types.ts'

it('strips types in place, and leaves out what cannot be stripped or read', async () => {
  await using folder = await temporaryFolder('strip-types')
  const url = (name: string, text?: string): string => {
    const file = join(folder.path, name)
    if (text !== undefined) writeFileSync(file, text)
    return pathToFileURL(file).href
  }
  const good = url('it’s good #1.ts', 'export const a: number = 1 // ü\n')
  const found = stripTypes([url('enum.ts', 'export enum A { b }'), good, url('broken.ts', 'const = :'), url('gone.ts')])
  expect([...found]).toEqual([[good, 'export const a         = 1 // ü\n']])
})

it('loads the configurations of one folder with one question, others one by one, and else as Node does', () => {
  const asked: (readonly string[])[] = []
  const load = stripsElsewhere(new Set(['file:///k.ts', 'file:///p.ts', 'file:///c.mjs']), (urls) => {
    asked.push(urls)
    return new Map(urls.filter((url) => url !== 'file:///p.ts').map((url) => [url, `stripped ${url}`] as const))
  })
  const loaded = (url: string, format: string): unknown => {
    const context = { conditions: [], format, importAttributes: {} }
    return load(url, context, (own) => ({ format, source: `Node’s ${own}` })).source
  }
  expect(loaded('file:///k.ts', 'module-typescript')).toBe('stripped file:///k.ts')
  expect(loaded('file:///p.ts', 'module-typescript')).toBe('Node’s file:///p.ts')
  expect(loaded('file:///own.ts', 'module-typescript')).toBe('stripped file:///own.ts')
  expect(loaded('file:///old.ts', 'commonjs-typescript')).toBe('Node’s file:///old.ts')
  expect(loaded('file:///c.mjs', 'module')).toBe('Node’s file:///c.mjs')
  expect(asked).toEqual([['file:///k.ts', 'file:///p.ts'], ['file:///own.ts']])
})
