import { ConfigurationError } from '../runtime/errors.ts'
import type { Environment } from './environment.ts'

/** The variable that says who a host is, for one process: a container, a pod. */
export const hostUidVariable = 'HOSTVITALS_HOST_UID'

/** A UUID in lower case; undefined for anything else, and for those of one digit only, which nobody has alone. */
export function parseHostUid(text: string): string | undefined {
  const uid = text.toLowerCase()
  const isUuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/.test(uid)
  return isUuid && !/^([\da-f])(?:\1|-)+$/.test(uid) ? uid : undefined
}

/** The uid that the environment gives; an empty variable gives none. Throws ConfigurationError where it is no UUID. */
export function hostUidOf(env: Environment): string | undefined {
  const text = env[hostUidVariable]
  if (text === undefined || text === '') return undefined
  const uid = parseHostUid(text)
  if (uid !== undefined) return uid
  throw new ConfigurationError(`${hostUidVariable}: '${text}' is no UUID of a host`, {
    nextStep: `write one of its own, such as what \`uuidgen\` prints, or unset ${hostUidVariable}`,
  })
}
