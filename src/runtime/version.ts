import { readFileSync } from 'node:fs'
import { FormatError } from './errors.ts'

/** This program's version, from its package.json. Throws FormatError when that file was damaged. */
export function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof content === 'object' && content !== null && 'version' in content && typeof content.version === 'string') {
    return content.version
  }
  throw new FormatError(`${file.pathname} has no version`, { nextStep: 'install hostvitals again' })
}
