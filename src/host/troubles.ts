import type { Emit } from '../runtime/events.ts'

/** What parts of one group, its mounts or devices, are gaps, so that each is told when it begins and when it ends. */
export class Troubles {
  readonly #group: string
  readonly #known = new Map<string, string>()

  constructor(group: string) {
    this.#group = group
  }

  /** `hung`, the code of an error, or nothing: how a part is in this round. */
  tell(what: string, trouble: string | undefined, emit: Emit): void {
    const former = this.#known.get(what)
    if (trouble === former) return
    const told = { metric: this.#group, what }
    if (trouble === undefined) {
      this.#known.delete(what)
      emit('metric.answered', told)
      return
    }
    this.#known.set(what, trouble)
    if (trouble === 'hung') emit('metric.hung', told)
    else emit('metric.silent', { ...told, reason: trouble })
  }
}
