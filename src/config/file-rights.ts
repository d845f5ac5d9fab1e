import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Fault } from './fault.ts'

/** What is unsafe about who may change a configuration file: its functions run with the rights of this process. */
export function rightsWarnings(file: string, ownUid: number | undefined): readonly Fault[] {
  const { mode, uid } = statSync(file)
  if (ownUid === undefined) return []
  const warnings: Fault[] = []
  if ((mode & 0o022) !== 0) {
    const problem = `${basename(file)} can be changed by others than its owner, and its functions run with this user's rights`
    warnings.push({ file, problem, nextStep: `Run: chmod go-w ${file}` })
  }
  if (uid !== 0 && uid !== ownUid) {
    const problem = `${basename(file)} belongs to user ${uid}, and its functions run with the rights of user ${ownUid}`
    warnings.push({ file, problem, nextStep: `Run: chown ${ownUid} ${file}` })
  }
  return warnings
}
