// Real processes on real servers, killed, stopped, cut off and starved, and what the database has at the end. Exit 1 when
// the promise of docs/delivery.md is broken:
//   npm run chaos -- [--store postgres|mysql|mariadb|sqlite] [--minutes 10] [--seed N] [--json] [--out FILE]
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chaos } from './chaos.ts'
import { isStoreName, storeNames } from './database-under-test.ts'
import { describeReport } from './report.ts'

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})
const { store } = values
if (!isStoreName(store)) throw new Error(`--store is one of ${storeNames.join(', ')}`)
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
if (!(minutes > 0)) throw new Error('--minutes is a number above 0')
if (!Number.isSafeInteger(seed)) throw new Error('--seed is a whole number')
const report = await chaos({ store, minutes, seed })
const json = `${JSON.stringify(report, undefined, 2)}\n`
if (values.out !== undefined) writeFileSync(values.out, json)
process.stdout.write(values.json ? json : `${describeReport(report)}\n`)
process.exitCode = report.isRight ? 0 : 1
