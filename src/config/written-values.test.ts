import { describe, expect, it } from 'vitest'
import { healthField } from './health-config.ts'
import { isLoopback, parseHostPort } from './host-port.ts'
import { present } from './present.ts'
import { parsePercent, parseSize } from './size.ts'
import { frameAt, positionAt } from './source-text.ts'
import { defaultDataFolder, defaultStateFolder } from './state-folder.ts'
import { parseStoreUrl } from './store-config.ts'

describe('sizes and percentages', () => {
  it.each([
    ['1GiB', 2 ** 30],
    ['64 MiB', 64 * 2 ** 20],
    ['500MB', 500_000_000],
    ['1.5kB', 1500],
    ['0B', 0],
    ['1', undefined],
    ['GiB', undefined],
    ['-1GiB', undefined],
    ['1gib', undefined],
    ['1constructor', undefined],
    ['9000000TiB', undefined],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each([
    ['5%', 0.05],
    ['0 %', 0],
    ['99%', 0.99],
    ['100%', undefined],
    ['5', undefined],
    ['-5%', undefined],
  ])('%s', (text, ratio) => {
    expect(parsePercent(text)).toBe(ratio)
  })
})

describe('addresses', () => {
  it.each([
    ['kafka-1.example:9092', { host: 'kafka-1.example', port: 9092 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['::1:9092', undefined],
    ['kafka', undefined],
    ['kafka:', undefined],
    ['kafka:99999', undefined],
    ['http://kafka:9092', undefined],
    ['user@kafka:9092', undefined],
  ])('%s', (text, parsed) => {
    expect(parseHostPort(text)).toEqual(parsed)
  })

  it.each([
    ['localhost', true],
    ['127.0.0.53', true],
    ['::1', true],
    ['127.example', false],
    ['10.0.0.1', false],
  ])('%s stays on the machine: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })

  it.each([
    ['sqlite:metrics.db', { kind: 'sqlite', file: '/here/metrics.db' }],
    ['sqlite:/var/metrics.db', { kind: 'sqlite', file: '/var/metrics.db' }],
    ['sqlite:///var/metrics.db', { kind: 'sqlite', file: '/var/metrics.db' }],
    ['postgres://u:p@h/d', { kind: 'postgres' }],
    ['postgresql://u:p@h/d', { kind: 'postgres' }],
    ['mysql://u:p@h/d', { kind: 'mysql' }],
    ['mariadb://u:p@h/d', { kind: 'mysql' }],
  ])('%s as a store', (url, expected) => {
    const store = parseStoreUrl(url, '/here')
    expect(store).toMatchObject(expected)
    expect(JSON.stringify(store)).not.toContain(':p@')
  })

  it.each(['', 'sqlite:', 'mongodb://u:geheim@h/d', 'metrics.db'])('%j is no store', (url) => {
    expect(() => parseStoreUrl(url, '/here')).toThrow(
      expect.objectContaining({ exitCode: 78, message: '--store is no address of a database' }),
    )
  })
})

function listening(listen: string) {
  return healthField().safeParse({ listen })
}

describe('health', () => {
  it.each([
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:9464', { host: '::1', port: 9464 }],
  ])('listens on %s', (listen, expected) => {
    expect(listening(listen)).toEqual({ success: true, data: expected })
  })

  it.each(['0.0.0.0:9464', '[::]:9464', '10.1.2.3:9464', 'web-1:9464'])('never on %s, which others reach', (listen) => {
    expect(listening(listen).error?.issues[0]?.message).toContain('only loopback addresses are taken here')
  })
})

describe('folders', () => {
  it.each([
    [{ STATE_DIRECTORY: '/var/lib/a:/var/lib/b' }, true, '/var/lib/a'],
    [{ STATE_DIRECTORY: '' }, true, '/var/lib/hostvitals'],
    [{}, false, '/home/ann/.local/state/hostvitals'],
  ])('state with %j, as root: %s', (env, isRoot, expected) => {
    expect(defaultStateFolder(env, { isRoot, home: '/home/ann' })).toBe(expected)
  })

  it('data of up', () => {
    expect(defaultDataFolder('/home/ann')).toBe('/home/ann/.hostvitals')
  })
})

describe('texts', () => {
  it('a position counts from 1, whatever ends the lines', () => {
    expect(positionAt('a\r\nb\nc', 5)).toEqual({ line: 3, column: 1 })
  })

  it('a frame hides passwords that were written out', () => {
    const text = `a({ password: 'ge\\'heim', "password": "geheim",\n url: 'postgres://ann:geheim@h/d' })`
    const frame = frameAt(text, { line: 1 })
    expect(frame).not.toContain('heim')
    expect(frame).toContain('postgres://ann:***@h/d')
  })

  it('undefined keys are absent', () => {
    expect(Object.keys(present({ a: 1, b: undefined, c: null }))).toEqual(['a', 'c'])
  })
})
