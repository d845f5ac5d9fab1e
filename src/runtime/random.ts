import { randomBytes } from 'node:crypto'

/** Randomness, as an argument: identities, jitter. */
export interface Random {
  /** So many random bytes. */
  readonly bytes: (length: number) => Uint8Array
  /** A number in [0, 1), for jitter. */
  readonly unit: () => number
}

/** The operating system's source. */
export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  unit: () => Math.random(),
}
