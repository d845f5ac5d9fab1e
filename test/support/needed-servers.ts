import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { serverKeys, type ServerKey } from './servers.ts'

/** Which servers these test files name, in themselves or in what they import from `test/`: the others need not be started. */
export function neededServers(files: readonly string[]): readonly ServerKey[] {
  const texts = new Map<string, string>()
  const open = [...files]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (texts.has(file) || !existsSync(file)) continue
    const text = readFileSync(file, 'utf8')
    texts.set(file, text)
    for (const [, target = ''] of text.matchAll(/\bfrom\s+'(\.[^']+)'/g)) {
      const imported = join(dirname(file), target)
      if (!imported.includes('/src/')) open.push(imported)
    }
  }
  return serverKeys.filter((key) => [...texts.values()].some((text) => text.includes(`inject('${key}')`)))
}
