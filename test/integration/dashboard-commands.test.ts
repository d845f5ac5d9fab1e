import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { HostsAnswer } from '../../src/dashboard/api.ts'
import { openStore } from '../../src/store/open-store.ts'
import { answerOf } from '../support/dashboard-world.ts'
import { startProgram } from '../support/program.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const listening = /"event":"dashboard.listening"/
const figures = /"event":"host.figures"/

function urlOf(line: string): string {
  return /"url":"([^"]+)"/.exec(line)?.[1] ?? ''
}

it('shows the database of `up` while that runs, on the next free port, and that of `serve` after it', async () => {
  await using folder = await temporaryFolder('dashboard-up')
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  {
    await using up = startProgram(['up', '--data', folder.path, '--interval', '200ms', '--port', String(port)])
    const url = urlOf(await up.line(listening))
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(url).not.toBe(`http://127.0.0.1:${port}`)
    await up.line(figures, 60_000, 3)
    const { hosts } = await answerOf<HostsAnswer>(fetch(`${url}/api/hosts`))
    expect(hosts).toMatchObject([{ state: 'up', cause: null }])
    await up.stop('SIGTERM')
  }
  taken.close()
  const store = `sqlite:${join(folder.path, 'metrics.db')}`
  await using serve = startProgram(['serve', '--store', store, '--port', '0'])
  const url = urlOf(await serve.line(listening))
  const { hosts } = await answerOf<HostsAnswer>(fetch(`${url}/api/hosts`))
  expect(hosts).toHaveLength(1)
  expect(await serve.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' })
})

it('asks over a connection that cannot write', async () => {
  await using folder = await temporaryFolder('dashboard-reader')
  await using up = startProgram(['up', '--data', folder.path, '--port', '0', '--for', '1s'])
  await up.ending()
  const location = { kind: 'sqlite', file: join(folder.path, 'metrics.db') } as const
  await using reader = await openStore(location, { durable: false, isReader: true })
  await expect(reader.database.deleteFrom('scrape').execute()).rejects.toThrow(/readonly|read-only/)
})

it.each([
  ['0.0.0.0', /token: secret\('DASHBOARD_TOKEN'\), tls: /],
  ['::', /token: secret\('DASHBOARD_TOKEN'\), tls: /],
])('refuses to be open at %s, with 78 and the line to write', async (listen, line) => {
  await using folder = await temporaryFolder('dashboard-open')
  await using up = startProgram(['up', '--data', folder.path, '--port', '0', '--for', '1s'])
  await up.ending()
  const store = `sqlite:${join(folder.path, 'metrics.db')}`
  await using serve = startProgram(['serve', '--store', store, '--port', '0', '--listen', listen])
  const { code, stdout, stderr } = await serve.ending()
  expect(code).toBe(78)
  expect(stderr).toMatch(line)
  expect(stdout).not.toMatch(listening)
})
