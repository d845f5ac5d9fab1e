import type { TestProject } from 'vitest/node'
import { neededServers } from './needed-servers.ts'
import { Servers, type ServerKey } from './servers.ts'

declare module 'vitest' {
  /** Addresses of the real servers; empty where the machine can run none of that server (in CI that is a failure). */
  export interface ProvidedContext extends Readonly<Record<ServerKey, string>> {}
}

/** Starts the servers that the chosen test files ask for by `inject('postgresUrl')` and the like, once per run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Only files that pass the filters of the command line have specifications by now.
  const { testFiles } = await project.globTestFiles()
  const chosen = testFiles.filter((file) => project.vitest.getModuleSpecifications(file).length > 0)
  const servers = new Servers()
  try {
    const needed = neededServers(chosen)
    const addresses = await servers.addresses(needed)
    for (const [key, address] of addresses) project.provide(key, address)
  } catch (error) {
    await servers.stop()
    throw error
  }
  return () => servers.stop()
}
