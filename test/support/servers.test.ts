import { afterEach, describe, expect, it, vi } from 'vitest'
import { serverEnvironment, Servers } from './servers.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('Servers', () => {
  it('takes the server that the environment names, and starts none', async () => {
    vi.stubEnv('KAFKA_BROKERS', 'elsewhere:9092')
    const servers = new Servers()
    expect(await servers.address('kafkaBrokers')).toBe('elsewhere:9092')
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

  it('names the databases by addresses as well', async () => {
    vi.stubEnv('POSTGRES_URL', 'postgres://a@elsewhere/a')
    vi.stubEnv('MARIADB_URL', 'mysql://b@elsewhere/b')
    vi.stubEnv('MYSQL_URL', 'mysql://c@elsewhere/c')
    const addresses = await new Servers().addresses(['postgresUrl', 'mariadbUrl', 'mysqlUrl'])
    expect(serverEnvironment(addresses)).toEqual({
      POSTGRES_URL: 'postgres://a@elsewhere/a',
      MARIADB_URL: 'mysql://b@elsewhere/b',
      MYSQL_URL: 'mysql://c@elsewhere/c',
    })
  })

  it('hands addresses to a child by the same variables', () => {
    expect(serverEnvironment(new Map([['kafkaBrokers', 'here:9092']]))).toEqual({ KAFKA_BROKERS: 'here:9092' })
  })
})
