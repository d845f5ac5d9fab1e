import { describe, expect, it } from 'vitest'
import { readPostgresAddress } from './postgres-address.ts'

describe('the address of a PostgreSQL', () => {
  it.each([
    ['postgres://metrics:s%40cret@db1:5433/vitals', 'postgres metrics@db1:5433/vitals'],
    ['postgresql://db1/vitals', 'postgres db1:5432/vitals'],
    ['postgres://m%C3%BCller@db1/fleet%20one', 'postgres müller@db1:5432/fleet one'],
    ['postgres://metrics@ignored/vitals?host=/run/postgresql', 'postgres metrics@/run/postgresql:5432/vitals'],
    ['postgres://metrics@[::1]/vitals', 'postgres metrics@[::1]:5432/vitals'],
  ])('%s is called %s', (url, label) => {
    expect(readPostgresAddress(url, undefined).label).toBe(label)
  })

  it.each([
    ['', undefined],
    ['?sslmode=disable', undefined],
    ['?sslmode=prefer', undefined],
    ['?sslmode=require', {}],
    ['?sslmode=require&uselibpqcompat=true', {}],
    ['?sslmode=verify-ca', {}],
    ['?sslmode=verify-full', {}],
    ['?ssl=true', {}],
  ])('with %s has TLS as %j, always verified', (parameters, ssl) => {
    const { config } = readPostgresAddress(`postgres://db1/vitals${parameters}`, undefined)
    expect(config.ssl).toEqual(ssl)
    expect(config.connectionString).toBe('postgres://db1/vitals')
  })

  it('is encrypted and verified by a CA that is given, whatever else it says', () => {
    const { config } = readPostgresAddress('postgres://db1/vitals?sslmode=disable&sslrootcert=/other.pem', 'PEM')
    expect(config).toMatchObject({ ssl: { ca: 'PEM' }, connectionString: 'postgres://db1/vitals' })
  })

  it('leaves a CA of its own to the driver, verified', () => {
    const { config } = readPostgresAddress('postgres://db1/vitals?sslmode=require&sslrootcert=/ca.pem', undefined)
    expect(config.ssl).toBeUndefined()
    expect(config.connectionString).toBe('postgres://db1/vitals?sslrootcert=%2Fca.pem&sslmode=verify-full')
  })

  it.each([['?sslmode=no-verify'], ['?ssl=no-verify']])('is refused with %s, without its password', (parameters) => {
    const url = `postgres://metrics:geheim@db1/vitals${parameters}`
    expect(() => readPostgresAddress(url, undefined)).toThrow(
      expect.objectContaining({
        code: 'HOSTVITALS_STORE_CONFIGURATION',
        message: expect.not.stringContaining('geheim'),
        nextStep: expect.stringContaining('verify-full'),
      }),
    )
  })

  it.each([
    ['user', 'postgres://us%er:geheim@db1/vitals'],
    ['password', 'postgres://metrics:geheim%@db1/vitals'],
    ['database', 'postgres://metrics:geheim@db1/vit%als'],
  ])('is refused where a percent sign stands alone in its %s, without its password', (_part, url) => {
    expect(() => readPostgresAddress(url, undefined)).toThrow(
      expect.objectContaining({
        code: 'HOSTVITALS_STORE_CONFIGURATION',
        message: expect.not.stringContaining('geheim'),
        nextStep: expect.stringContaining('%25'),
      }),
    )
  })

  it('is refused where it is none, without its words', () => {
    expect(() => readPostgresAddress('geheim', undefined)).toThrow("postgres: the store's address is no URL")
  })
})
