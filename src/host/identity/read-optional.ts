import { readFile } from 'node:fs/promises'

/** The file's text, or undefined where it is not there or not ours to read: what cannot be read is no evidence of anything. */
export async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    // Any reason is one: a missing file, missing rights, a kernel that gives the file and refuses to fill it.
    return undefined
  }
}
