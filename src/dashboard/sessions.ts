import { createHash } from 'node:crypto'
import type { Clock } from '../runtime/clock.ts'
import type { Random } from '../runtime/random.ts'

/** How long a browser stays signed in, seconds. */
export const sessionSeconds: number = 7 * 86_400

const mostSessions = 1000

/** Who is signed in; gone with the process. What a browser holds is known here by its hash alone. */
export class Sessions {
  readonly #clock: Clock
  readonly #random: Random
  readonly #ends = new Map<string, number>()

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** A new session, as the text that the browser keeps. */
  begin(): string {
    const id = Buffer.from(this.#random.bytes(32)).toString('base64url')
    this.#ends.set(hashOf(id), this.#clock.monotonic() + sessionSeconds * 1000)
    const [oldest] = this.#ends.keys()
    if (this.#ends.size > mostSessions && oldest !== undefined) this.#ends.delete(oldest)
    return id
  }

  has(id: string): boolean {
    const hash = hashOf(id)
    const endMs = this.#ends.get(hash)
    if (endMs === undefined) return false
    if (endMs > this.#clock.monotonic()) return true
    this.#ends.delete(hash)
    return false
  }

  end(id: string): void {
    this.#ends.delete(hashOf(id))
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url')
}
