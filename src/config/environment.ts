import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnvFile } from 'node:process'
import { parseEnv } from 'node:util'

/** The environment of a process, read-only. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The environment with what the folder's `.env` adds; what is set already wins. The process's own is completed too,
 * since a configuration is code and may read it. Throws as `readFile` does when `.env` is there and cannot be read.
 */
export function withEnvFile(folder: string, env: Environment): Environment {
  const file = join(folder, '.env')
  if (!existsSync(file)) return env
  loadEnvFile(file)
  return { ...parseEnv(readFileSync(file, 'utf8')), ...env }
}
