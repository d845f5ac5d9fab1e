import { describe, expect, it } from 'vitest'
import { describeError, StoreBadValueError } from '../../runtime/errors.ts'
import { toMysqlFault } from './mysql-error.ts'

const label = 'mysql metrics@db1:3306/vitals'
const unavailable = 'HOSTVITALS_STORE_UNAVAILABLE'
const configuration = 'HOSTVITALS_STORE_CONFIGURATION'
const badValue = 'HOSTVITALS_STORE_BAD_VALUE'

function failure(properties: object, message = 'words of the server'): Error {
  return Object.assign(new Error(message), properties)
}

describe('what an error of MySQL or MariaDB is to us', () => {
  it.each([
    ['ER_DUP_ENTRY', 1062, 'HOSTVITALS_DUPLICATE_ROW', false],
    ['ER_LOCK_WAIT_TIMEOUT', 1205, unavailable, false],
    ['ER_LOCK_DEADLOCK', 1213, unavailable, false],
    ['ER_RECORD_FILE_FULL', 1114, unavailable, false],
    ['ER_DISK_FULL', 1021, unavailable, false],
    ['EE_WRITE, of the operating system', 3, unavailable, false],
    ['ER_ERROR_ON_READ', 1024, unavailable, false],
    ['ER_TEMP_FILE_WRITE_FAILURE', 1878, unavailable, false],
    ['ER_STATEMENT_TIMEOUT of MariaDB', 1969, unavailable, false],
    ['ER_QUERY_TIMEOUT of MySQL', 3024, unavailable, false],
    ['ER_RUN_HOOK_ERROR', 3100, unavailable, false],
    ['ER_READ_ONLY_MODE', 1836, unavailable, true],
    ['ER_SERVER_OFFLINE_MODE', 3032, unavailable, true],
    ['ER_SERVER_ISNT_AVAILABLE', 3168, unavailable, true],
    ['ER_CON_COUNT_ERROR', 1040, unavailable, true],
    ['ER_SERVER_SHUTDOWN', 1053, unavailable, true],
    ['ER_OPTION_PREVENTS_STATEMENT, read only', 1290, unavailable, true],
    ['ER_CONNECTION_KILLED', 1927, unavailable, true],
    ['CR_SERVER_GONE_ERROR', 2006, unavailable, true],
    ['CR_SERVER_LOST', 2013, unavailable, true],
    ['ER_CLIENT_INTERACTION_TIMEOUT', 4031, unavailable, true],
    ['ER_TRUNCATED_WRONG_VALUE', 1292, badValue, false],
    ['ER_DATA_TOO_LONG', 1406, badValue, false],
    ['ER_INVALID_JSON_TEXT', 3140, badValue, false],
    ['ER_CHECK_CONSTRAINT_VIOLATED', 3819, badValue, false],
    ['ER_CONSTRAINT_FAILED', 4025, badValue, false],
    ['ER_DBACCESS_DENIED_ERROR', 1044, configuration, false],
    ['ER_ACCESS_DENIED_ERROR', 1045, configuration, false],
    ['ER_BAD_DB_ERROR', 1049, configuration, false],
    ['ER_TABLEACCESS_DENIED_ERROR', 1142, configuration, false],
    ['ER_NO_SUCH_TABLE', 1146, configuration, false],
    ['ER_NO_PARTITION_FOR_GIVEN_VALUE', 1526, configuration, false],
    ['one that is not listed', 9999, configuration, false],
  ])('%s (%i) is %s, its connection lost: %s', (code, errno, expected, isConnectionLost) => {
    const fault = toMysqlFault(failure({ code, errno, sqlState: 'HY000' }), label)
    expect(fault.error).toMatchObject({ code: expected, message: `${label}: words of the server` })
    expect(fault.isConnectionLost).toBe(isConnectionLost)
  })

  it.each([
    ['a refused connection', { code: 'ECONNREFUSED', errno: -111, fatal: true }, unavailable],
    ['a connection reset', { code: 'ECONNRESET', errno: -104, fatal: true }, unavailable],
    ['a name that nobody knows', { code: 'ENOTFOUND', errno: -3008, fatal: true }, unavailable],
    ['a timeout', { code: 'ETIMEDOUT', fatal: true }, unavailable],
    ['a connection that ended', { code: 'PROTOCOL_CONNECTION_LOST', fatal: true }, unavailable],
    ['a statement on a connection that has ended', { fatal: true }, unavailable],
    ['a server without TLS', { code: 'HANDSHAKE_NO_SSL_SUPPORT', fatal: true }, configuration],
    ['a certificate that is not trusted', { code: 'HANDSHAKE_SSL_ERROR', fatal: true }, configuration],
    ['a fault of the program', {}, configuration],
  ])('%s is understood without a number of the server', (_name, properties, expected) => {
    const fault = toMysqlFault(failure(properties), label)
    expect([fault.error.code, fault.isConnectionLost]).toEqual([expected, expected === unavailable])
  })

  it('takes a network that breaks within the handshake for what it is', () => {
    const broken = failure({ code: 'HANDSHAKE_SSL_ERROR', fatal: true }, 'read ECONNRESET')
    expect(toMysqlFault(broken, label).error.code).toBe(unavailable)
  })

  it('says what each address of a name answered', () => {
    const both = new AggregateError(
      [failure({}, 'connect ECONNREFUSED ::1:3306'), failure({}, 'and 127.0.0.1:3306')],
      '',
    )
    const { error } = toMysqlFault(Object.assign(both, { code: 'ECONNREFUSED', fatal: true }), label)
    expect(error.message).toBe(`${label}: connect ECONNREFUSED ::1:3306, and 127.0.0.1:3306`)
  })

  it('does not keep the statement, which may be megabytes of what others sent', () => {
    const { error } = toMysqlFault(failure({ errno: 1406, sql: 'INSERT INTO secret' }), label)
    expect(JSON.stringify(error.cause)).not.toContain('secret')
    expect(describeError(error)).toBe(`${label}: words of the server`)
  })

  it('leaves an error of ours as it is', () => {
    const own = new StoreBadValueError('no good')
    expect(toMysqlFault(own, label)).toEqual({ error: own, isConnectionLost: false })
  })
})
