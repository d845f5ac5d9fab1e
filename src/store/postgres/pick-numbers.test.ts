import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
import { expect, it } from 'vitest'
import { pickNumbers } from './pick-numbers.ts'

const database = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (own) => new PostgresIntrospector(own),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

it.each([
  ['one', [3], '("sum"[3:3])::float8[]'],
  ['a run', [64, 65, 66], '("sum"[64:66])::float8[]'],
  ['two runs', [1, 2, 7], '("sum"[1:2] || "sum"[7:7])::float8[]'],
])('%s is taken in slices', (_, positions, text) => {
  expect(pickNumbers('sum', positions).compile(database).sql).toBe(text)
})

it('many that lie apart are taken one by one', () => {
  const positions = Array.from({ length: 9 }, (_, index) => 2 * index + 1)
  const text = positions.map((position) => `"sum"[${position}]`).join(', ')
  expect(pickNumbers('sum', positions).compile(database).sql).toBe(`array[${text}]::float8[]`)
})
