import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { bindSecret, hiddenText, isSecret, secret } from './secret.ts'

describe('a secret', () => {
  it.each<[name: string, shown: (value: unknown) => string]>([
    ['a template', (value) => `of ${String(value)}`],
    ['JSON', (value) => JSON.stringify({ value })],
    ['inspect', (value) => inspect({ value }, { showHidden: true, depth: 9 })],
    ['console', (value) => format('%s %o', value, value)],
    ['an error', (value) => String(new Error('no', { cause: value }).cause)],
  ])('prints as *** in %s', (_name, shown) => {
    const bound = bindSecret(secret('TOKEN'), { TOKEN: 'geheim' })
    expect(bound.reveal()).toBe('geheim')
    for (const value of [bound, hiddenText('store.url', 'geheim')]) {
      expect(shown(value)).toContain('***')
      expect(shown(value)).not.toContain('geheim')
    }
  })

  it('remembers where it is used', () => {
    expect(secret('TOKEN').usedAt).toMatch(/^secret\.test\.ts:\d+$/)
  })

  it('is read from the environment, then from its file, then from the credentials of systemd', async () => {
    await using folder = await temporaryFolder('secret')
    await writeFile(join(folder.path, 'TOKEN'), 'from credentials\n')
    await writeFile(join(folder.path, 'token.txt'), 'from the file\r\n')
    const CREDENTIALS_DIRECTORY = folder.path
    const TOKEN_FILE = join(folder.path, 'token.txt')
    expect(reveal({ CREDENTIALS_DIRECTORY })).toBe('from credentials')
    expect(reveal({ CREDENTIALS_DIRECTORY, TOKEN_FILE })).toBe('from the file')
    expect(reveal({ CREDENTIALS_DIRECTORY, TOKEN_FILE, TOKEN: 'from the environment' })).toBe('from the environment')
    expect(reveal({ TOKEN: '', TOKEN_FILE })).toBe('from the file')
  })

  it.each([
    ['not set', {}, 'the secret TOKEN is not set'],
    ['in a file that is not there', { TOKEN_FILE: '/nowhere/token' }, 'the secret TOKEN cannot be read: ENOENT'],
  ])('that is %s says how to set it', (_name, env, message) => {
    const bound = bindSecret(secret('TOKEN'), env)
    expect(() => bound.reveal()).toThrow(message)
    expect(() => bound.reveal()).toThrow(
      expect.objectContaining({ exitCode: 78, nextStep: expect.stringContaining('TOKEN_FILE') }),
    )
  })

  it('is known by its mark', () => {
    expect([secret('A'), hiddenText('a', 'b'), { name: 'A' }, 'A', null].map(isSecret)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

function reveal(env: Record<string, string>): string {
  return bindSecret(secret('TOKEN'), env).reveal()
}
