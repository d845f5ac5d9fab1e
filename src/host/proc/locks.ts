import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** One lock on a file. */
export interface FileLock {
  /** `POSIX`, `FLOCK`, `LEASE` … */
  readonly mechanism: string
  /** `ADVISORY`, `MANDATORY`, `ACTIVE`, `BREAKING` … */
  readonly mode: string
  /** `other` for what this kernel has and we do not know, such as NONE. */
  readonly type: 'read' | 'write' | 'unlock' | 'other'
  /** Major and minor number of the device as the kernel writes them, hexadecimal: `fe:00`; empty where there is no file. */
  readonly device: string
}

const types: ReadonlyMap<string, FileLock['type']> = new Map([
  ['READ', 'read'],
  ['WRITE', 'write'],
  ['RW', 'write'],
  ['UNLCK', 'unlock'],
])

/** Parses /proc/locks; whoever waits for a lock (`->`) has none, and is left out. Throws FormatError. Source: proc_locks(5). */
export function parseLocks(locks: Buffer): readonly FileLock[] {
  const scanner = new Scanner('locks', locks)
  const found: FileLock[] = []
  while (scanner.nextLine()) {
    scanner.skip(1)
    const mechanism = scanner.word()
    if (mechanism === '->') continue
    const [mode, typeName] = [scanner.word(), scanner.word()]
    scanner.skip(1)
    const file = scanner.word()
    if (file === '') throw formatError('locks', `a line is cut off: '${mechanism} ${mode}'`)
    const [major, minor, inode] = file.split(':')
    const type = types.get(typeName) ?? 'other'
    found.push({ mechanism, mode, type, device: inode === undefined ? '' : `${major}:${minor}` })
  }
  return found
}
