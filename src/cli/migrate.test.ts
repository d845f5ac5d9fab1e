import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { memoryIo } from '../../test/support/command-output.ts'
import { runMigrate } from './migrate.ts'

it('looks at the database of `up` where there is no configuration, and changes none unasked', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'hostvitals-migrate-'))
  onTestFinished(async () => rm(cwd, { recursive: true }))
  await mkdir(join(cwd, '.hostvitals'))
  await runMigrate({ store: 'sqlite:.hostvitals/metrics.db' }, memoryIo({ cwd }))
  for (const [options, said] of [
    [{ status: true }, 'nothing to do\n'],
    [{ plan: true }, '-- nothing to do\n'],
  ] as const) {
    const io = memoryIo({ cwd })
    await expect(runMigrate(options, io)).resolves.toBe(0)
    expect(io.written.stdout).toContain(said)
    expect(io.written.stderr).toContain('the database of `hostvitals up` is taken')
  }
  await expect(runMigrate({}, memoryIo({ cwd }))).rejects.toThrow('consumer.config.ts is missing')
})
