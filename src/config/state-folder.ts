import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from './environment.ts'

/** Where identity and queue are kept when nothing says otherwise: `$STATE_DIRECTORY` (systemd's), else by user. */
export function defaultStateFolder(
  env: Environment,
  user: { readonly isRoot: boolean; readonly home: string } = {
    isRoot: process.getuid?.() === 0,
    home: homedir(),
  },
): string {
  // systemd separates several folders by colons; the first is the service's own.
  const given = env['STATE_DIRECTORY']?.split(':')[0]
  if (given !== undefined && given !== '') return given
  return user.isRoot ? '/var/lib/hostvitals' : join(user.home, '.local/state/hostvitals')
}

/** The folder of `up`, whose database lies there too: `--data`, else `.hostvitals` in the current folder. */
export function defaultDataFolder(cwd: string): string {
  return join(cwd, '.hostvitals')
}
