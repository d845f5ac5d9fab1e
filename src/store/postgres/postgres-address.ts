import type { ClientConfig } from 'pg'
import { StoreConfigurationError } from '../../runtime/errors.ts'

/** Where a database is, as the driver takes it (with the password) and as a person reads it (without). */
export interface PostgresAddress {
  readonly config: Readonly<ClientConfig>
  /** `postgres metrics@db1:5432/vitals`. */
  readonly label: string
}

/**
 * Reads a store's URL. With `ca` (PEM), or an `sslmode` above `prefer`, the connection is encrypted and the server's name
 * verified. Throws StoreConfigurationError, never with the URL, when it cannot be read or asks for TLS without verification.
 */
export function readPostgresAddress(text: string, ca: string | undefined): PostgresAddress {
  if (!URL.canParse(text)) throw new StoreConfigurationError("postgres: the store's address is no URL")
  const url = new URL(text)
  const { searchParams } = url
  const label = labelOf(url)
  if (searchParams.get('sslmode') === 'no-verify' || searchParams.get('ssl') === 'no-verify') {
    throw new StoreConfigurationError(`${label}: TLS without verification protects nothing`, {
      nextStep: "write sslmode=verify-full in the address, and name the file of the server's CA with tlsCa",
    })
  }
  const isVerified = ca !== undefined || wantsTls(searchParams)
  // The driver's own words for it differ from libpq's and change between its versions; ours is the one below.
  for (const name of ['ssl', 'sslmode', 'uselibpqcompat']) searchParams.delete(name)
  if (ca !== undefined) searchParams.delete('sslrootcert')
  const hasOwnCa = searchParams.has('sslrootcert')
  if (hasOwnCa) searchParams.set('sslmode', 'verify-full')
  return {
    label,
    config: {
      connectionString: url.href,
      fallback_application_name: 'hostvitals',
      keepAlive: true,
      ...(isVerified && !hasOwnCa ? { ssl: ca === undefined ? {} : { ca } } : {}),
    },
  }
}

function wantsTls(parameters: URLSearchParams): boolean {
  const mode = parameters.get('sslmode')
  if (mode !== null) return ['require', 'verify-ca', 'verify-full'].includes(mode)
  return ['true', '1'].includes(parameters.get('ssl') ?? '') || parameters.get('sslnegotiation') === 'direct'
}

function labelOf({ hostname, password, pathname, port, searchParams, username }: URL): string {
  // The driver will read the password, and has nothing better to say of it.
  decode(password)
  const user = username === '' ? '' : `${decode(username)}@`
  const host = searchParams.get('host') ?? decode(hostname)
  return `postgres ${user}${host}:${port || '5432'}/${decode(pathname.slice(1))}`
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // The error of decodeURIComponent says no more, and its cause might say the password.
    throw new StoreConfigurationError(
      "postgres: a % in the store's address is followed by no two hexadecimal digits, or by those of no character",
      { nextStep: 'write special characters as %XX, and %25 for % itself' },
    )
  }
}
