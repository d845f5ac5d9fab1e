import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import { keptMachines, machineRounds, rootsOf } from '../../test/support/machine-rounds.ts'
import type { HostRoots } from '../metric/metric.ts'
import { isHistogramSample } from '../metric/sample.ts'
import { FormatError } from '../runtime/errors.ts'

/** A change of a file's bytes; numbers are shares of its length. */
const damage: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  share().map((at) => (bytes: Buffer) => bytes.subarray(0, Math.floor(at * bytes.length))),
  fc.array(fc.tuple(share(), fc.nat(255)), { minLength: 1, maxLength: 8 }).map((flips) => (bytes: Buffer) => {
    const flipped = Buffer.from(bytes)
    for (const [at, byte] of flips) flipped[Math.floor(at * bytes.length)] = byte
    return flipped
  }),
  fc
    .tuple(
      share(),
      fc.constantFrom(' 7', ' new', '\t-3', ' \n', '\n\n', ': ', ' 1e9', '9'.repeat(400), '\0', '\u{fffd}'),
    )
    .map(([at, text]) => (bytes: Buffer) => {
      const middle = Math.floor(at * bytes.length)
      return Buffer.concat([bytes.subarray(0, middle), Buffer.from(text), bytes.subarray(middle)])
    }),
  fc
    .tuple(share(), fc.constantFrom('9'.repeat(400), '-1', '1e9', 'nan', '18446744073709551615'))
    .map(([at, number]) => (bytes: Buffer) => {
      const text = bytes.toString('latin1')
      const numbers = [...text.matchAll(/\d+/g)]
      const found = numbers[Math.floor(at * numbers.length)]
      if (found === undefined) return bytes
      return Buffer.from(`${text.slice(0, found.index)}${number}${text.slice(found.index + found[0].length)}`, 'latin1')
    }),
  fc
    .constantFrom(' 7', ' 7 8 9')
    .map(
      (columns) => (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replaceAll('\n', `${columns}\n`), 'latin1'),
    ),
  fc.constant((bytes: Buffer) => Buffer.concat([bytes, bytes])),
)

function share(): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 0.999, noNaN: true })
}

function filesOf(machine: string): readonly string[] {
  const { root } = rootsOf(machine)
  return readdirSync(root, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile() && entry.name !== 'SOURCE.md')
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}

/** What two rounds over these files have that no file may lead to: errors of another kind, and what is no number. */
async function wrongOver(roots: HostRoots): Promise<readonly string[]> {
  const next = machineRounds(roots, 1_795_600_000_000)
  return [...(await next()), ...(await next())].flatMap(({ group, samples, error }) => {
    if (samples === undefined) return error instanceof FormatError ? [] : [`${group.name} fails: ${String(error)}`]
    return samples
      .filter((sample) => !isHistogramSample(sample) && !Number.isFinite(sample.value))
      .map(({ series }) => `${series.name} ${JSON.stringify(series.attributes)} is no number`)
  })
}

it.each(keptMachines)('%s: damage of any file costs its group the round, and never more', async (machine) => {
  const root = mkdtempSync(join(tmpdir(), 'hostvitals-damaged-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  cpSync(rootsOf(machine).root, root, { recursive: true, verbatimSymlinks: true })
  const roots = { proc: join(root, 'proc'), sys: join(root, 'sys'), root }
  const files = filesOf(machine)
  // Of the others most are read by groups that are off on such a machine: these are read every round.
  const everyRound = files.filter((file) => /^proc\/(?:[a-z]+|1\/net\/dev|1\/mountinfo)$/.test(file))
  const wrongAfter = async (file: string, change: (bytes: Buffer) => Buffer): Promise<readonly string[]> => {
    const path = join(root, file)
    const whole = readFileSync(path)
    writeFileSync(path, change(whole))
    try {
      return await wrongOver(roots)
    } finally {
      writeFileSync(path, whole)
    }
  }
  const anyFile = fc.oneof(fc.constantFrom(...files), fc.constantFrom(...everyRound))
  const property = fc.asyncProperty(anyFile, damage, async (file, change) => {
    expect(await wrongAfter(file, change)).toEqual([])
  })
  await expect(fc.assert(property, { numRuns: 60 })).resolves.toBeUndefined()
})
