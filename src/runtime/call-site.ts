import { basename } from 'node:path'

/** `producer.config.ts:8`: the line that called `callee`; `undefined` where the stack does not tell. */
export function callSite(callee: (...given: never[]) => unknown): string | undefined {
  const holder: { stack?: unknown } = {}
  Error.captureStackTrace(holder, callee)
  const frame = typeof holder.stack === 'string' ? holder.stack.split('\n')[1] : undefined
  const [, file, line] = /(?:^|[\s(])((?:file:\/\/)?[^\s()][^()]*?):(\d+):\d+\)?$/.exec(frame ?? '') ?? []
  return file === undefined ? undefined : `${basename(file)}:${line}`
}
