import { ambiguousHost } from '../query/host/hosts.ts'
import type { TailedFault, TailedPart } from './tailed-record.ts'

/** The one host that `tail --host` is about, by name or uid. */
export class TailedHost {
  readonly #host: string
  readonly #uids = new Set<string>()

  constructor(host: string) {
    this.#host = host
  }

  /**
   * True where the record speaks of it; a fault speaks of nobody. Throws UsageError as soon as a second host of that name is
   * met: two machines are never shown as one.
   */
  isIn(shown: TailedPart | TailedFault): boolean {
    if (!('host' in shown)) return false
    const { name, uid } = shown.host
    if (uid === this.#host.toLowerCase()) return true
    if (name !== this.#host) return false
    this.#uids.add(uid)
    if (this.#uids.size > 1) throw ambiguousHost(name, [...this.#uids])
    return true
  }
}
