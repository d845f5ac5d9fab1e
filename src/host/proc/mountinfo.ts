import { unescapePath } from './escaped-path.ts'
import { formatError } from './format-error.ts'
import { Scanner } from './scanner.ts'

/** A mounted file system. */
export interface Mount {
  readonly device: string
  /** `8:1`: what several mounts of one file system have in common. */
  readonly number: string
  readonly mountPoint: string
  readonly type: string
  /** By the mount's options, or by the file system's own, as after an error of its disk. */
  readonly isReadOnly: boolean
}

const readOnly = /(?:^|,)(?:emergency_)?ro(?:,|$)/

/** Parses /proc/PID/mountinfo; blanks in paths are written as octal escapes. Throws FormatError. Source: proc_pid_mountinfo(5). */
export function parseMountInfo(mountinfo: Buffer): readonly Mount[] {
  const scanner = new Scanner('mountinfo', mountinfo)
  const mounts: Mount[] = []
  while (scanner.nextLine()) {
    scanner.skip(2)
    const number = scanner.word()
    scanner.skip(1)
    const mountPoint = scanner.word()
    const options = scanner.word()
    // Any number of optional fields, then a dash.
    let field = scanner.word()
    while (field !== '-' && field !== '') field = scanner.word()
    const type = scanner.word()
    const device = scanner.word()
    if (device === '') throw formatError('mountinfo', `the line of '${mountPoint.slice(0, 60)}' is cut off`)
    mounts.push({
      device: unescapePath(device),
      number,
      mountPoint: unescapePath(mountPoint),
      type,
      isReadOnly: readOnly.test(options) || readOnly.test(scanner.word()),
    })
  }
  return mounts
}
