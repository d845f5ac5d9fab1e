import { equal } from 'node:assert/strict'
import type { Answer } from '../../../src/query/answer/answer.ts'
import type { HostvitalsWorld } from './world.ts'

/** What `hostvitals query …` answers of the scenario's database. */
export async function askQuery(world: HostvitalsWorld, command: string): Promise<Answer> {
  const program = world.start(`${command} --store ${world.database.url} --json`, { cwd: await world.folder() })
  const { code, stdout, stderr } = await program.ending()
  equal(code, 0, stderr)
  // The form of `query --json` is this type.
  return JSON.parse(stdout) as Answer
}
