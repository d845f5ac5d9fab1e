import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { configurationPage } from './configuration-page.ts'
import { explainKeys } from './explain.ts'
import { configurationKinds } from './find-files.ts'

it('docs/configuration.md is current (npm run docs)', () => {
  const file = join(import.meta.dirname, '../../docs/configuration.md')
  expect(readFileSync(file, 'utf8')).toBe(configurationPage())
})

it.each(configurationKinds)('the editor and the docs say the same of every key of %s', (kind) => {
  const beside = {
    kafka: [],
    producer: ['health-config.ts', 'host-config.ts'],
    consumer: ['dashboard-config.ts', 'health-config.ts', 'store-config.ts'],
  }
  const inEditor = [`${kind}-config.ts`, ...beside[kind]].flatMap(inputSentences)
  const inDocs = explainKeys(kind).map(({ path, sentence }) => `${path.split('.').at(-1)}: ${sentence}`)
  expect(new Set(inEditor)).toEqual(new Set(inDocs))
})

/** `key: sentence` of every documented key of the `…Input` types. */
function inputSentences(name: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, name), 'utf8')
  const inputs = text.matchAll(/^export (?:interface|type) \w+Input\b[\s\S]*?(?=^\}|\n\n)/gm)
  return [...inputs].flatMap(([body]) =>
    [...body.matchAll(/\/\*\* (.+) \*\/\s+readonly (\w+)\??:/g)].map(([, sentence, key]) => `${key}: ${sentence}`),
  )
}
