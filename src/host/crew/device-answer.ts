import { readFileSync } from 'node:fs'
import { errorCode } from '../../runtime/error-code.ts'

/** Files that a device answers, which share a bus and so are asked one after the other. */
export interface DeviceQuestion {
  /** The folder of the device, which names it. */
  readonly path: string
  /** Names in it. */
  readonly files: readonly string[]
}

/** What a file of a device says, trimmed; or the code of the error, `EAGAIN`, that it gives instead. */
export type FileAnswer = { readonly text: string } | { readonly error: string }

/** By the files of the question, in their order. */
export type DeviceAnswer = readonly FileAnswer[]

/** Reads the files; the thread stands still until the device has answered. */
export function readDevice({ path, files }: DeviceQuestion): DeviceAnswer {
  return files.map((file) => {
    try {
      return { text: readFileSync(`${path}/${file}`, 'utf8').trim() }
    } catch (error) {
      return { error: errorCode(error) ?? 'unknown' }
    }
  })
}
