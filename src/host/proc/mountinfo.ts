import { formatError } from './lines.ts'

/** A mounted file system. */
export interface Mount {
  readonly device: string
  readonly mountPoint: string
  readonly type: string
  readonly isReadOnly: boolean
}

/** Parses /proc/PID/mountinfo; blanks in paths are written as octal escapes. Source: proc_pid_mountinfo(5). */
export function parseMountInfo(text: string): readonly Mount[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after] = line.split(' - ')
      const [, , , , mountPoint, options] = before.split(' ')
      const [type, device] = (after ?? '').split(' ')
      if (mountPoint === undefined || options === undefined || type === undefined || device === undefined) {
        throw formatError('mountinfo', `a line is cut off: '${line.slice(0, 60)}'`)
      }
      return {
        device: unescape(device),
        mountPoint: unescape(mountPoint),
        type,
        isReadOnly: options.split(',').includes('ro'),
      }
    })
}

function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
