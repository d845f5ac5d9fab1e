import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Splits a text into the parts that follow lines `-- NAME --`, by name, in their order. */
export function sectionsOf(text: string): ReadonlyMap<string, string> {
  const [, ...parts] = text.split(/^-- (.+) --\n/m)
  const names = parts.filter((_, index) => index % 2 === 0)
  return new Map(names.map((name, index) => [name, parts[index * 2 + 1] ?? '']))
}

/** Writes files by name into a folder; a name that ends with `/` is a folder. */
export async function writeFiles(folder: string, files: Iterable<readonly [string, string]>): Promise<void> {
  for (const [name, text] of files) {
    const path = join(folder, name)
    await mkdir(name.endsWith('/') ? path : dirname(path), { recursive: true })
    if (!name.endsWith('/')) await writeFile(path, text)
  }
}
