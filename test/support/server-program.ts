import { execFile } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { unpackedPackage, type DebianPackage } from './debian-packages.ts'

const run = promisify(execFile)

/** How to find a server's program. */
export interface WantedProgram {
  readonly name: string
  /** Its path from `/` in Debian; `*` stands for what is there. */
  readonly path: string
  /** What `--version` must not say: another server may go by the same name. */
  readonly except?: RegExp
  readonly package: DebianPackage
}

/** The newest of the machine's own programs, in its usual place or on the PATH, else the one of an unpacked package. Throws where there is neither. */
export async function serverProgram(wanted: WantedProgram): Promise<string> {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, wanted.name))
  for (const program of [
    ...newestFirst(globSync(join('/', wanted.path))),
    ...onPath.filter((path) => existsSync(path)),
  ]) {
    if (wanted.except === undefined) return program
    const { stdout } = await run(program, ['--version'])
    if (!wanted.except.test(stdout)) return program
  }
  const root = await unpackedPackage(wanted.package)
  const [program] = newestFirst(globSync(join(root, wanted.path)))
  if (program === undefined) throw new Error(`${root} holds no ${wanted.path}; remove that folder and try again`)
  return program
}

/** Paths with a version in them, as numbers: 18 before 9. */
function newestFirst(paths: readonly string[]): readonly string[] {
  return paths.toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }))
}
