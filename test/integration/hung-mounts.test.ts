import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

const repository = join(import.meta.dirname, '../..')

interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

function run(file: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: 90_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? `killed by ${error.signal}`), stdout, stderr }),
    )
  })
}

/** Runs a command beside so many mounts that never answer. */
function besideHungMounts(folder: string, mounts: number, command: readonly string[]): Promise<Ended> {
  const points = Array.from({ length: mounts }, (_, at) => join(folder, `hung-${at}`))
  for (const point of points) mkdirSync(point)
  return run('python3', [join(repository, 'test/support/hung-mount.py'), points.join(','), ...command])
}

function program(...args: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, join(repository, 'src/cli/main.ts'), ...args]
}

interface ScrapedSample {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly value: number
}

async function whyNot(): Promise<string> {
  await using folder = await temporaryFolder('hung-mounts')
  const { code, stderr } = await besideHungMounts(folder.path, 1, ['true'])
  return code === 0 ? '' : `: needs python3 and the right to mount FUSE (${stderr.trim() || code})`
}

const reason = await whyNot()

describe.skipIf(reason !== '')(`mounts that never answer${reason}`, () => {
  it('cost a scrape their own numbers, and say so; the program ends with its own exit code', async () => {
    await using folder = await temporaryFolder('hung-mounts')
    const { stdout, stderr, code } = await besideHungMounts(folder.path, 1, program('scrape', '--json'))
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    const { samples }: { readonly samples: readonly ScrapedSample[] } = JSON.parse(stdout)
    const of = (point: string): readonly string[] =>
      samples
        .filter(({ attributes }) => attributes['system.filesystem.mountpoint'] === point)
        .map(({ name, value }) => (name === 'hostvitals.filesystem.hung' ? `${name} ${value}` : name))
    expect(of(join(folder.path, 'hung-0'))).toEqual(['hostvitals.filesystem.hung 1'])
    expect(of('/')).toContain('system.filesystem.usage')
    expect(samples.map(({ name }) => name)).toContain('system.uptime')
  })

  it('hold up neither an agent’s rounds nor its disk, be there more of them than threads', async () => {
    await using folder = await temporaryFolder('hung-mounts')
    const data = ['--data', folder.path, '--port', '0']
    const up = program('up', ...data, '--interval', '1s', '--for', '6s')
    const { code, stderr } = await besideHungMounts(folder.path, 5, up)
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const seriesOf = async (
      metric: string,
    ): Promise<readonly { readonly points: readonly (readonly [number, number | null])[] }[]> => {
      const [node, ...args] = program('query', metric, '--store', `sqlite:${folder.path}/metrics.db`, '--json')
      return JSON.parse((await run(node, args)).stdout).series
    }
    expect((await seriesOf('system.uptime'))[0]?.points.length).toBeGreaterThanOrEqual(5)
    expect((await seriesOf('system.filesystem.usage'))[0]?.points.length).toBeGreaterThanOrEqual(5)
    expect(await seriesOf('hostvitals.filesystem.hung')).toHaveLength(3)
  })

  it('neither keep an application alive that embeds us, nor change how it ends', async () => {
    await using folder = await temporaryFolder('hung-mounts')
    const application = `
      import { createProducer, host } from ${JSON.stringify(join(repository, 'src/index.ts'))}
      const { promise: hung, resolve } = Promise.withResolvers()
      process.on('exit', () => { process.stdout.write('exit'); process.exitCode = 3 })
      await using producer = createProducer({
        kafka: { brokers: ['127.0.0.1:1'] },
        stateFolder: ${JSON.stringify(join(folder.path, 'state'))},
        metrics: [host({ filesystem: true })],
        onEvent: ({ name, text }) => name === 'metric.hung' && resolve(text),
      })
      await producer.start()
      process.stdout.write(await hung + ' ')
      process.on('exit', () => process.stdout.write(' and exit'))
    `
    const command = [process.execPath, '--input-type=module-typescript', '-e', application]
    const { code, stdout, stderr } = await besideHungMounts(folder.path, 1, command)
    expect({ code, stdout, stderr }).toEqual({
      code: 3,
      stdout: `filesystem: ${join(folder.path, 'hung-0')} does not answer: a gap, and it is not asked again before it does; the others go on exit and exit`,
      stderr: '',
    })
  })
})
