import type { CrewFindings } from '../crew/crew.ts'
import type { DeviceAnswer } from '../crew/device-answer.ts'
import type { Definition } from '../definition.ts'
import type { HostRound } from '../host-round.ts'
import type { Trouble } from '../troubles.ts'

/** A device that is asked, and whose answers may be long in coming. */
export interface Device {
  /** Its folder under /sys. */
  readonly path: string
  /** Names in it. */
  readonly files: readonly string[]
  /** As the group's series have it. */
  readonly id: string
}

/** What a device said, by file; what it did not say is not there. */
export type DeviceTexts = ReadonlyMap<string, string>

/** How many files of a device are a gap, and why. */
export const unanswered: Definition = {
  name: 'hostvitals.hw.unanswered',
  unit: '{file}',
  kind: 'updowncounter',
  integer: true,
  description:
    'Files of a device that gave no answer in this round; absent where all did. One that does not answer for half a second (timeout) is not asked again before it has. Where eight devices of all groups together hang, where others are too slow, or where no thread can be started, the others are not asked (not_asked)',
  attributes: {
    'hw.id': 'the device',
    'error.type': 'timeout, not_asked, or the kernel’s error: EAGAIN, ENODATA, EIO …',
  },
  source: 'the same files',
}

// No such file, not for us, or a device that is gone, or a figure that it has not: no trouble, and no number either.
const nothingThere = /^(?:ENOENT|ENOTDIR|EACCES|EPERM|ENODEV|ENXIO|EINVAL|EOPNOTSUPP)$/

/**
 * Asks devices in threads of their own: one that hangs, or answers with an error, is a gap for itself alone, which is told and
 * counted, and so is one that nobody could ask. Findings are by folder, and only of devices that answered at all.
 */
export async function askDevices(
  round: HostRound,
  devices: readonly Device[],
): Promise<ReadonlyMap<string, DeviceTexts>> {
  if (devices.length === 0) return new Map()
  const findings = await round.askDevices(devices)
  const found = new Map<string, DeviceTexts>()
  for (const device of devices) {
    const { path, files, id } = device
    const answer = findings.answers.get(path)
    const gap = gapOf(device, findings)
    // Who neither answered nor is a gap is gone.
    if (answer !== undefined || gap.trouble !== undefined) round.tell(id, gap.trouble)
    for (const [error, count] of gap.counts) {
      round.subject(`${path}\n${error}`, () => ({ 'hw.id': id, 'error.type': error })).put(unanswered, count)
    }
    if (answer !== undefined) found.set(path, textsOf(files, answer))
  }
  return found
}

interface Gap {
  readonly trouble: Trouble | undefined
  /** By the type of the error how many files. */
  readonly counts: readonly (readonly [error: string, files: number])[]
}

function gapOf({ path, files }: Device, { answers, hung, unasked }: CrewFindings<DeviceAnswer>): Gap {
  if (hung.has(path)) return { trouble: 'hung', counts: [['timeout', files.length]] }
  const why = unasked.get(path)
  if (why !== undefined) return { trouble: { unasked: why }, counts: [['not_asked', files.length]] }
  const errors = errorsOf(answers.get(path) ?? [])
  const [code] = errors
  return { trouble: code === undefined ? undefined : { code }, counts: countEach(errors) }
}

function errorsOf(answer: DeviceAnswer): readonly string[] {
  return answer.flatMap((each) => ('error' in each && !nothingThere.test(each.error) ? [each.error] : []))
}

function countEach(errors: readonly string[]): Gap['counts'] {
  return [...Map.groupBy(errors, (error) => error)].map(([error, all]) => [error, all.length])
}

function textsOf(files: readonly string[], answer: DeviceAnswer): DeviceTexts {
  return new Map(
    files.flatMap((file, at) => {
      const each = answer[at]
      return each !== undefined && 'text' in each ? [[file, each.text] as const] : []
    }),
  )
}
