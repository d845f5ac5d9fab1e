import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

const repository = join(import.meta.dirname, '../..')

/** Why this machine can make no containers; undefined where it can. */
export function whyNoContainers(): string | undefined {
  try {
    execFileSync('unshare', ['--map-root-user', '--mount', 'true'], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    const remedy = 'allow user namespaces (sysctl kernel.unprivileged_userns_clone=1), or run as root'
    return `no container can be made here by unshare: ${String(error)}; ${remedy}`
  }
}

/**
 * The command that starts another in a container of its own: with a root in memory that goes with it, this program, and the
 * folders that are mounted, each under its path inside. `folder` is an empty place for it outside.
 */
export function inContainer(folder: string, mounts: Readonly<Record<string, string>>): readonly string[] {
  const box = mkdtempSync(join(folder, '.container-'))
  // The modules and this Node may be links to elsewhere.
  const own = [repository, realpathSync(join(repository, 'node_modules')), dirname(realpathSync(process.execPath))]
  const all = [...new Set(own)].map((path) => `${path}:${path}`)
  const given = Object.entries(mounts).map(([inside, outside]) => `${outside}:${inside}`)
  const script = join(import.meta.dirname, 'container.sh')
  return ['unshare', '--map-root-user', '--mount', 'sh', script, box, ...all, ...given, '--']
}
