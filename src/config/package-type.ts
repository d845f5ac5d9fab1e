import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describeError } from '../runtime/errors.ts'

/** What the package.json next above a folder says of the `.ts` and `.js` files in it; `none` where there is none. */
export type PackageType =
  | { readonly says: 'none' }
  | { readonly says: 'module' | 'commonjs' | 'nothing'; readonly file: string }
  | { readonly says: 'damaged'; readonly file: string; readonly reason: string }

/** Reads the package.json that decides how Node loads a folder's files. */
export function packageTypeOf(folder: string): PackageType {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return dirname(folder) === folder ? { says: 'none' } : packageTypeOf(dirname(folder))
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const type = typeof content === 'object' && content !== null && 'type' in content ? content.type : undefined
    return { says: type === 'module' || type === 'commonjs' ? type : 'nothing', file }
  } catch (error) {
    return { says: 'damaged', file, reason: describeError(error) }
  }
}
