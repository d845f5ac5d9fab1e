import { dirname } from 'node:path'
import { access, constants } from 'node:fs/promises'
import type { Disk } from '../../runtime/disk.ts'
import { describeError } from '../../runtime/errors.ts'
import { hasCode } from '../../runtime/error-code.ts'
import { formatAge } from '../text/age.ts'
import { formatValue } from '../text/units.ts'
import { finding, type Finding } from './finding.ts'

/** Where an agent keeps its records, within which limits, and how much it measures. */
export interface SpoolQuestion {
  readonly stateFolder: string
  readonly spool: { readonly maxBytes: number; readonly keepFreeRatio: number }
  /** At the pace of now. */
  readonly bytesPerSecond: number
  readonly disk: Disk
}

const hourMs = 3_600_000

/** Looks whether the state folder can be written, and how long an outage the spool would keep. */
export async function* examineDisk(question: SpoolQuestion): AsyncGenerator<Finding> {
  const { stateFolder, spool, bytesPerSecond, disk } = question
  try {
    const folder = await existing(stateFolder)
    const { freeBytes, totalBytes } = await disk.space(folder)
    const roomBytes = Math.max(0, Math.min(spool.maxBytes, freeBytes - totalBytes * spool.keepFreeRatio))
    const keptMs = (roomBytes / bytesPerSecond) * 1000
    const text = `spool ${stateFolder}: ${formatValue(freeBytes, 'By')} free, room for ${formatValue(roomBytes, 'By')}, keeps ≈ ${formatAge(keptMs)} of outage at the pace of now`
    if (keptMs >= hourMs) yield finding('disk', 'ok', text)
    else {
      yield finding('disk', 'problem', text, {
        why: `It leaves ${Math.round(spool.keepFreeRatio * 100)} % of the disk to others; when it is full, the oldest records are dropped.`,
        nextStep:
          'Free the disk, or give more in producer.config.ts: spool: { size, keepFree }, or another stateFolder',
      })
    }
  } catch (error) {
    yield finding('disk', 'problem', `spool ${stateFolder}: ${describeError(error)}`, {
      nextStep: 'Give the user of the agent the right to write there, or choose another stateFolder',
    })
  }
}

/** The folder, or the nearest one above it, where it will be made. Throws where it cannot be written. */
async function existing(folder: string): Promise<string> {
  try {
    await access(folder, constants.W_OK)
    return folder
  } catch (error) {
    const above = dirname(folder)
    if (!hasCode(error, 'ENOENT') || above === folder) throw error
    return existing(above)
  }
}
