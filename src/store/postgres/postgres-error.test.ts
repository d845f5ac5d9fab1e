import { describe, expect, it } from 'vitest'
import { StoreConfigurationError } from '../../runtime/errors.ts'
import { toStoreError } from './postgres-error.ts'

const label = 'postgres metrics@db1:5432/vitals'

function coded(code: string): Error {
  return Object.assign(new Error('words of the server'), { code })
}

describe('what a PostgreSQL error is to us', () => {
  it.each([
    ['unique_violation', '23505', 'HOSTVITALS_DUPLICATE_ROW'],
    ['check_violation, a partition is missing', '23514', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['not_null_violation', '23502', 'HOSTVITALS_STORE_BAD_VALUE'],
    ['foreign_key_violation', '23503', 'HOSTVITALS_STORE_BAD_VALUE'],
    ['numeric_value_out_of_range', '22003', 'HOSTVITALS_STORE_BAD_VALUE'],
    ['character_not_in_repertoire', '22021', 'HOSTVITALS_STORE_BAD_VALUE'],
    ['untranslatable_character', '22P05', 'HOSTVITALS_STORE_BAD_VALUE'],
    ['program_limit_exceeded', '54000', 'HOSTVITALS_STORE_BAD_VALUE'],
    ['connection_failure', '08006', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['protocol_violation, as PgBouncer says', '08P01', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['read_only_sql_transaction', '25006', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['idle_in_transaction_session_timeout', '25P03', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['transaction_timeout', '25P04', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['idle_session_timeout', '57P05', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['out_of_memory', '53200', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['exclusion_violation', '23P01', 'HOSTVITALS_STORE_BAD_VALUE'],
    ['undefined_column', '42703', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['serialization_failure', '40001', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['deadlock_detected', '40P01', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['disk_full', '53100', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['too_many_connections', '53300', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['lock_not_available', '55P03', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['query_canceled', '57014', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['admin_shutdown', '57P01', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['cannot_connect_now', '57P03', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['io_error', '58030', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['invalid_password', '28P01', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['invalid_catalog_name', '3D000', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['insufficient_privilege', '42501', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['undefined_table', '42P01', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['in_failed_sql_transaction', '25P02', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['internal_error', 'XX000', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['the port is closed', 'ECONNREFUSED', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['the name is not known', 'ENOTFOUND', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['the line was cut', 'ECONNRESET', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['a pipe was closed', 'EPIPE', 'HOSTVITALS_STORE_UNAVAILABLE'],
    ['the certificate is of another host', 'ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTVITALS_STORE_CONFIGURATION'],
    ['the certificate is signed by itself', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'HOSTVITALS_STORE_CONFIGURATION'],
  ])('%s (%s) is %s', (_name, code, expected) => {
    const cause = coded(code)
    expect(toStoreError(cause, label)).toMatchObject({
      code: expected,
      message: `${label}: words of the server`,
      cause,
    })
  })

  it.each([
    ['Connection terminated'],
    ['Connection terminated unexpectedly'],
    ['Connection terminated due to connection timeout'],
    ['timeout expired'],
    ['Client has encountered a connection error and is not queryable'],
    ['Client was closed and is not queryable'],
  ])('the words of the driver, "%s", are a broken connection', (words) => {
    expect(toStoreError(new Error(words), label)).toMatchObject({ code: 'HOSTVITALS_STORE_UNAVAILABLE' })
  })

  it('names every address that refused, of a host that has several', () => {
    const each = [new Error('connect ECONNREFUSED ::1:5432'), new Error('connect ECONNREFUSED 127.0.0.1:5432')]
    const error = Object.assign(new AggregateError(each), { code: 'ECONNREFUSED' })
    expect(toStoreError(error, label)).toMatchObject({
      code: 'HOSTVITALS_STORE_UNAVAILABLE',
      message: `${label}: connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432`,
      nextStep: expect.stringContaining('start PostgreSQL'),
    })
  })

  it.each([
    ['42501', 'grant the right'],
    ['42P01', 'hostvitals migrate'],
    ['23514', 'hostvitals migrate'],
    ['28P01', 'user and the password'],
    ['3D000', 'create the database'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tlsCa'],
  ])('says what to do about %s', (code, words) => {
    expect(toStoreError(coded(code), label).nextStep).toContain(words)
  })

  it.each([
    ['The server does not support SSL connections', 'turn on TLS'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', 'write the password'],
  ])('says what to do about "%s"', (words, nextStep) => {
    expect(toStoreError(new Error(words), label)).toMatchObject({
      code: 'HOSTVITALS_STORE_CONFIGURATION',
      nextStep: expect.stringContaining(nextStep),
    })
  })

  it('takes what nobody knows as a matter for a person', () => {
    expect(toStoreError('words alone', label)).toBeInstanceOf(StoreConfigurationError)
  })
})
