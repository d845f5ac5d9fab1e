import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

it('docs/doctor.md names a schema that PostgreSQL had, and the one that it is wanted to have', () => {
  const names = readdirSync(join(root, 'src/store/postgres/migrations')).map((file) => file.replace(/\.ts$/, ''))
  names.sort()
  const page = readFileSync(join(root, 'docs/doctor.md'), 'utf8')
  const [, had, wanted] = /→ schema (\S+), this version wants (\S+)$/m.exec(page) ?? []
  expect(names.slice(0, -1)).toContain(had)
  expect(wanted).toBe(names.at(-1))
})
