import { createHmac, scrypt, timingSafeEqual } from 'node:crypto'
import type { Random } from '../runtime/random.ts'

const hashBytes = 32
/** Each takes 16 MiB and some tens of milliseconds. */
const mostAtOnce = 4

/** What a check said; `busy` where too many are under way. */
export type TokenVerdict = 'right' | 'wrong' | 'busy'

/**
 * Knows the token by its scrypt hash alone, made at the start, and compares in constant time. A token that was right once
 * is known again by a keyed hash, so that a program that sends it with every request does not pay for scrypt each time.
 */
export class TokenCheck {
  readonly #salt: Uint8Array
  readonly #hash: Uint8Array
  readonly #key: Uint8Array
  #seen: Uint8Array | undefined
  #underWay = 0

  private constructor(salt: Uint8Array, hash: Uint8Array, key: Uint8Array) {
    this.#salt = salt
    this.#hash = hash
    this.#key = key
  }

  static async create(token: string, random: Random): Promise<TokenCheck> {
    const salt = random.bytes(16)
    return new TokenCheck(salt, await hashOf(token, salt), random.bytes(32))
  }

  async check(given: string): Promise<TokenVerdict> {
    const keyed = createHmac('sha256', this.#key).update(given).digest()
    if (this.#seen !== undefined && timingSafeEqual(this.#seen, keyed)) return 'right'
    if (given.length > 512) return 'wrong'
    if (this.#underWay >= mostAtOnce) return 'busy'
    this.#underWay++
    try {
      const isRight = timingSafeEqual(await hashOf(given, this.#salt), this.#hash)
      if (isRight) this.#seen = keyed
      return isRight ? 'right' : 'wrong'
    } finally {
      this.#underWay--
    }
  }
}

async function hashOf(token: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(token, salt, hashBytes, (error, hash) => (error === null ? resolve(hash) : reject(error)))
  })
}
