/** What of a process is asked, and how another program takes its place. */
export type Replaceable = Pick<
  NodeJS.Process,
  'argv' | 'connected' | 'env' | 'execArgv' | 'execPath' | 'execve' | 'platform'
>

/**
 * What Node takes only when it starts. Young objects get 1 MiB: V8 would let them have 16, and a process that works once a second
 * fills them all before it looks what of it is still needed. One thread helps, where there would be four. And the dearest of V8's
 * compilers, whose own code is 6 MB, does not pay for what runs once a second: the others stay.
 */
const flagsOfAgent = ['--max-semi-space-size=1', '--v8-pool-size=1', '--no-opt'] as const
/** A consumer is through with its young objects at each batch: of 4 MiB it has 60 MB less, and is as fast. */
const flagsOfConsumer = ['--max-semi-space-size=4'] as const
/** All threads share one heap of the C library's, which would make one for each. */
const arenas = 'MALLOC_ARENA_MAX'
/** Says in the new program that it is the new one, and which variables are not the user's. */
const mark = 'HOSTVITALS_STARTED_SMALL'

/**
 * Starts `produce` or `consume` once more in this process's place, as one that keeps its memory small; does not return then. The
 * process id, the streams and the folder are the same. What the user has set goes before. Where the system has no such call, or
 * does not let us, nothing happens: it works as well, and is larger.
 */
export function startSmall(process: Replaceable): void {
  const { argv, env, execArgv, execPath } = process
  const set = env[mark]
  if (set !== undefined) {
    // Programs that a metric starts are not to have them.
    for (const name of [mark, ...set.split(' ')]) Reflect.deleteProperty(env, name)
    return
  }
  const flags = flagsOf(argv[2])
  if (flags.length === 0 || process.connected || process.platform === 'win32') return
  const given = `${execArgv.join(' ')} ${env['NODE_OPTIONS'] ?? ''}`
  const added = flags.filter((flag) => !given.includes(flag.replace(/=.*/, '')))
  const ours = argv[2] === 'produce' && env[arenas] === undefined ? { [arenas]: '1' } : {}
  try {
    process.execve?.(execPath, [execPath, ...added, ...execArgv, ...argv.slice(1)], {
      ...env,
      ...ours,
      [mark]: Object.keys(ours).join(' '),
    })
  } catch {
    // Such as a policy against starting programs; older versions of Node end here.
  }
}

/** What Node is to be started with for a command; nothing for most. */
export function flagsOf(command: string | undefined): readonly string[] {
  if (command === 'produce') return flagsOfAgent
  return command === 'consume' ? flagsOfConsumer : []
}
