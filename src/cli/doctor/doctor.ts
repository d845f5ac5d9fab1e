import { systemClock } from '../../runtime/clock.ts'
import { nodeDisk } from '../../runtime/node-disk.ts'
import { systemRandom } from '../../runtime/random.ts'
import type { CommandIo } from '../io.ts'
import { printableJson } from '../text/printable.ts'
import { formatFinding, formatSum } from './doctor-page.ts'
import { type DoctorSeams, examineWay, type WayOptions } from './examine-way.ts'
import type { Finding } from './finding.ts'

/** What `hostvitals doctor` was given. */
export interface DoctorOptions extends WayOptions {
  readonly json?: boolean
}

const systemSeams: DoctorSeams = { clock: systemClock, disk: nodeDisk, random: systemRandom }

/**
 * Looks at the whole way from here, hop by hop, and says of each what is wrong, why, and what to do. Changes nothing but with
 * `--send`. Returns 0 where nothing is to be done, 69 where something is, and 78 where the configuration is wrong.
 */
export async function runDoctor(
  options: DoctorOptions,
  io: CommandIo,
  seams: DoctorSeams = systemSeams,
): Promise<number> {
  const findings: Finding[] = []
  for await (const each of examineWay(options, io, seams)) {
    // As they come: a server that is silent takes seconds.
    if (options.json !== true) io.stdout.write(formatFinding(each, findings.at(-1)?.hop))
    findings.push(each)
  }
  const isWrong = findings.some(({ state }) => state === 'problem' || state === 'todo')
  io.stdout.write(options.json === true ? `${printableJson({ ok: !isWrong, findings })}\n` : formatSum(findings))
  if (findings.some(({ hop, state }) => hop === 'config' && state === 'problem')) return 78
  return isWrong ? 69 : 0
}
