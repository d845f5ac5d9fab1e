import { StoreConfigurationError } from '../../runtime/errors.ts'

/** Where a MySQL or MariaDB server is and who asks. */
export interface MysqlAddress {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
}

const standardPort = 3306
const form = 'mysql://USER:PASSWORD@HOST:PORT/DATABASE'

/** Takes the URL apart. Throws StoreConfigurationError; what may hold the password is not repeated. */
export function parseMysqlAddress(url: string): MysqlAddress {
  if (!URL.canParse(url)) throw refuse('the address of the MySQL database is not a URL')
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const database = pathname.slice(1)
  if (hostname === '') throw refuse('the address of the MySQL database names no host')
  if (database === '') throw refuse('the address of the MySQL database names no database')
  if (searchParams.size > 0) {
    // Their names only: a value may be the password.
    const names = [...new Set(searchParams.keys())].join(' and ')
    throw refuse(`the address of the MySQL database takes no parameters (it has ${names})`)
  }
  return {
    host: decode(hostname.replace(/^\[(.*)\]$/, '$1')),
    port: port === '' ? standardPort : Number(port),
    user: decode(username),
    password: decode(password),
    database: decode(database),
  }
}

/** For a person: `metrics@db1:3306/vitals`. */
export function addressText({ host, port, user, database }: MysqlAddress): string {
  const place = host.includes(':') ? `[${host}]` : host
  return `${user === '' ? '' : `${user}@`}${place}:${port}/${database}`
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // The error of decodeURIComponent says no more, and its cause might say the password.
    throw refuse('a % in the address of the MySQL database is followed by no two hexadecimal digits; write %25 for it')
  }
}

function refuse(what: string): StoreConfigurationError {
  return new StoreConfigurationError(what, {
    nextStep: `write ${form}, special characters as %XX; encryption is asked for by tlsCa`,
  })
}
