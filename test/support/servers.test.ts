import { afterEach, describe, expect, it, vi } from 'vitest'
import { serverEnvironment, Servers } from './servers.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('Servers', () => {
  it('takes the server that the environment names, and starts none', async () => {
    vi.stubEnv('POSTGRES_URL', 'postgres://elsewhere/db')
    const servers = new Servers()
    expect(await servers.address('postgresUrl')).toBe('postgres://elsewhere/db')
    await servers.stop()
  })

  it('leaves out a server whose variable is empty: skipped here, a failure in CI', async () => {
    vi.stubEnv('KAFKA_BROKERS', '')
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    vi.stubEnv('CI', '')
    expect([...(await new Servers().addresses(['kafkaBrokers']))]).toEqual([['kafkaBrokers', '']])
    expect(said).toHaveBeenCalledWith(expect.stringContaining('KAFKA_BROKERS is empty'))
    said.mockRestore()
    vi.stubEnv('CI', 'true')
    await expect(new Servers().addresses(['kafkaBrokers'])).rejects.toThrow('KAFKA_BROKERS is empty')
  })

  it('hands addresses to a child by the same variables', () => {
    expect(serverEnvironment(new Map([['mysqlUrl', 'mysql://here/db']]))).toEqual({ MYSQL_URL: 'mysql://here/db' })
  })
})
