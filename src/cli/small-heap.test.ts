import { expect, it } from 'vitest'
import { type Replaceable, startSmall } from './small-heap.ts'

interface Started {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What takes the place of such a process; undefined where it goes on itself. */
function startedBy(given: Partial<Replaceable>): Started | undefined {
  const started: Started[] = []
  startSmall({
    argv: ['/bin/node', '/app/main.js', 'produce', '--config', '/etc/x'],
    connected: false,
    env: { HOME: '/root' },
    execArgv: [],
    execPath: '/bin/node',
    platform: 'linux',
    // The real one does not return; what comes after it must do no harm.
    execve: ((file: string, args: readonly string[] = [], env = {}) => {
      started.push({ file, args, env })
    }) as NonNullable<Replaceable['execve']>,
    ...given,
  })
  return started[0]
}

it('starts an agent anew with a small heap and one arena, its arguments and environment kept', () => {
  expect(startedBy({ execArgv: ['--cpu-prof'] })).toEqual({
    file: '/bin/node',
    args: [
      '/bin/node',
      '--max-semi-space-size=1',
      '--v8-pool-size=1',
      '--no-opt',
      '--cpu-prof',
      '/app/main.js',
      'produce',
      '--config',
      '/etc/x',
    ],
    env: { HOME: '/root', MALLOC_ARENA_MAX: '1', HOSTVITALS_STARTED_SMALL: 'MALLOC_ARENA_MAX' },
  })
})

it('starts a consumer anew with a smaller room for young objects, and nothing else', () => {
  expect(startedBy({ argv: ['/bin/node', '/app/main.js', 'consume'] })).toEqual({
    file: '/bin/node',
    args: ['/bin/node', '--max-semi-space-size=4', '/app/main.js', 'consume'],
    env: { HOME: '/root', HOSTVITALS_STARTED_SMALL: '' },
  })
})

it('leaves alone what the user has set', () => {
  const env = { NODE_OPTIONS: '--max-semi-space-size=8 --no-opt', MALLOC_ARENA_MAX: '2' }
  const started = startedBy({ env, execArgv: ['--v8-pool-size=3'] })
  expect(started?.args.slice(1, 3)).toEqual(['--v8-pool-size=3', '/app/main.js'])
  expect(started?.env).toEqual({ ...env, HOSTVITALS_STARTED_SMALL: '' })
})

it('starts it once, and hides from what it starts what was set for it alone', () => {
  const env = { HOME: '/root', MALLOC_ARENA_MAX: '1', HOSTVITALS_STARTED_SMALL: 'MALLOC_ARENA_MAX' }
  expect(startedBy({ env })).toBeUndefined()
  expect(env).toEqual({ HOME: '/root' })
  const own = { MALLOC_ARENA_MAX: '2', HOSTVITALS_STARTED_SMALL: '' }
  expect(startedBy({ env: own })).toBeUndefined()
  expect(own).toEqual({ MALLOC_ARENA_MAX: '2' })
})

it.each([
  ['another command', { argv: ['/bin/node', '/app/main.js', 'serve'] }],
  ['a child that its parent talks to', { connected: true }],
  ['Windows', { platform: 'win32' as const }],
])('lets be %s', (_what, given) => {
  expect(startedBy(given)).toBeUndefined()
})

it('goes on where it may not', () => {
  expect(() => startedBy({ execve: refuse })).not.toThrow()
})

function refuse(): never {
  throw new Error('ERR_ACCESS_DENIED')
}
