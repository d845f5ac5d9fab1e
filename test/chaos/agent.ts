// One agent of a chaos run: what `hostvitals produce` wires, with a journal under the spool and metrics whose values can be
// checked. SIGTERM ends it once its spool is empty.
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { createLog } from '../../src/cli/log/log.ts'
import { describeMachine } from '../../src/host/identity/machine.ts'
import { Producer } from '../../src/producer.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { nodeDisk } from '../../src/runtime/node-disk.ts'
import { systemRandom } from '../../src/runtime/random.ts'
import type { AgentSetting } from './agent-setting.ts'
import { checkableMetrics } from './checkable-metrics.ts'
import { journalDisk } from './journal-disk.ts'

// Written by the harness.
const setting = JSON.parse(process.argv[2] ?? '') as AgentSetting
const roots = { proc: '/proc', sys: '/sys', root: '/' }
const drainMs = 600_000

const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort(new Error('the chaos is over')))
const log = createLog({ stream: process.stdout, level: 'debug', pretty: false, clock: systemClock })
// A file for each life: what a kill tore stands at its end.
const journal = openSync(join(setting.journals, `${setting.name}-${Date.now()}-${process.pid}`), 'ax', 0o600)
const agent = {
  stateFolder: setting.stateFolder,
  intervalMs: setting.intervalMs,
  metrics: checkableMetrics(setting.series, setting.labelBytes),
  host: { name: setting.name, labels: {} },
  spool: { maxBytes: setting.maxBytes, keepFreeRatio: 0.05 },
  roots,
  machine: await describeMachine(roots),
  onRound: () => log('host.figures', { rounds: 1 }),
}
const kafka = { brokers: [setting.broker], topic: setting.topic, clientId: setting.name }
const seams = { clock: systemClock, disk: journalDisk(nodeDisk, journal), random: systemRandom, emit: log }
await using producer = await Producer.open({ agent, kafka }, seams)
const { spooledRecords } = await producer.run(stopping.signal, drainMs)
if (spooledRecords > 0) throw new Error(`${spooledRecords} records are left in the spool`)
