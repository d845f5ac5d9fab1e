import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../runtime/errors.ts'
import { counter } from './counter.ts'
import { gauge } from './gauge.ts'
import type { MetricOptions } from './metric-options.ts'
import { parseAttributes } from './parse-attributes.ts'
import type { Attributes } from './sample.ts'
import { timer } from './timer.ts'

const cyclic: Record<string, unknown> = {}
cyclic['self'] = { again: cyclic }

/** What a user of plain JavaScript may give, whatever the types say. */
const wrong: readonly (readonly [string, unknown, string])[] = [
  ['undefined', { route: undefined }, 'the attribute route cannot be undefined'],
  ['undefined inside', { a: { b: [1, undefined] } }, 'the attribute a.b[1] cannot be undefined'],
  ['a function', { route: () => 1 }, 'the attribute route cannot be a function'],
  ['a bigint', { size: 1n }, 'the attribute size cannot be a bigint'],
  ['NaN', { size: Number.NaN }, 'the attribute size cannot be NaN'],
  ['a date', { at: new Date(0) }, 'the attribute at cannot be an object of class Date'],
  ['a cycle', cyclic, 'or inside itself'],
  ['null for all', null, 'attributes cannot be null'],
  ['a text for all', 'route', 'attributes cannot be a string'],
  ['a list for all', ['route'], 'attributes cannot be a list'],
]

const remember = <T>(create: () => T): T => create()

describe('attributes', () => {
  it('are copied, whatever they may hold', () => {
    const list = [1, 2]
    const given = { text: 'a', number: 1.5, yes: true, nothing: null, list, object: { deep: { deeper: 'x' } } }
    const parsed = parseAttributes(given)
    expect(parsed).toEqual(given)
    list.push(3)
    expect(parsed['list']).toEqual([1, 2])
    expect(parseAttributes(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 })
  })

  it.each(wrong)('are refused where one is %s', (_what, given, message) => {
    expect(() => parseAttributes(given)).toThrow(message)
    expect(() => parseAttributes(given)).toThrow(ConfigurationError)
  })

  it.each(wrong)('are refused to the caller of an instrument where one is %s', async (_what, given, message) => {
    const attributes = given as Attributes
    expect(() => counter('shop.requests').add(1, attributes)).toThrow(message)
    expect(() => gauge('shop.queue').set(1, attributes)).toThrow(message)
    expect(() => counter('shop.requests', { attributes })).toThrow(message)
    let isCalled = false
    const timed = timer('shop.query').time(() => {
      isCalled = true
    }, attributes)
    await expect(timed).rejects.toThrow(message)
    expect(isCalled).toBe(false)
  })

  it('are no part of a series whose call was refused', async () => {
    const requests = counter('shop.requests')
    expect(() => requests.add(1, { route: undefined } as unknown as Attributes)).toThrow('route')
    requests.add(1, { route: '/' })
    const context = { proc: '', sys: '', root: '', timeMs: 1, monotonicMs: 1, startedAtMs: 0 }
    const samples = await requests.read(new AbortController().signal, {
      ...context,
      remember,
      shared: (_key, create) => create(),
    })
    expect(samples).toMatchObject([{ value: 1, series: { attributes: { route: '/' } } }])
  })
})

it.each([
  ['unit', { unit: 5 }, 'the unit of mail.queue is a number, not a text'],
  ['description', { description: 7 }, 'the description of mail.queue is a number, not a text'],
])('a wrong %s is refused where the metric is defined', (_what, options, message) => {
  expect(() => gauge('mail.queue', () => 1, options as unknown as MetricOptions)).toThrow(message)
})
