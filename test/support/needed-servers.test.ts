import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { neededServers } from './needed-servers.ts'
import { temporaryFolder } from './temporary-folder.ts'

it('finds what a test file asks for, itself or through what it imports', async () => {
  await using folder = await temporaryFolder('needed-servers')
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder.path, name), text)
  await write('direct.test.ts', `const url = inject('kafkaBrokers')`)
  await write('through.test.ts', `import { harness } from './harness.ts'`)
  await write(
    'harness.ts',
    `import { again } from './through.test.ts'\nexport const harness = () => inject('kafkaBrokers')`,
  )
  await write('two.test.ts', `const urls = [inject('mysqlUrl'), inject('postgresUrl')]`)
  await write('none.test.ts', `import { it } from 'vitest'`)
  const needed = (...names: readonly string[]): readonly string[] =>
    neededServers(names.map((name) => join(folder.path, name)))
  expect(needed('direct.test.ts')).toEqual(['kafkaBrokers'])
  expect(needed('through.test.ts')).toEqual(['kafkaBrokers'])
  expect(needed('two.test.ts')).toEqual(['postgresUrl', 'mysqlUrl'])
  expect(needed('none.test.ts')).toEqual([])
  expect(needed('direct.test.ts', 'through.test.ts', 'none.test.ts')).toEqual(['kafkaBrokers'])
})
