import type { Emit } from '../runtime/events.ts'

/** Why a part of a group is a gap: it hangs, it says the code of an error instead, or nobody could ask it. */
export type Trouble = 'hung' | { readonly code: string } | { readonly unasked: string }

/** What parts of one group, its mounts or devices, are gaps, so that each is told when it begins and when it ends. */
export class Troubles {
  readonly #group: string
  readonly #known = new Map<string, string>()

  constructor(group: string) {
    this.#group = group
  }

  /** How a part is in this round; undefined where it is no gap. */
  tell(what: string, trouble: Trouble | undefined, emit: Emit): void {
    const kind = kindOf(trouble)
    if (kind === this.#known.get(what)) return
    const told = { metric: this.#group, what }
    if (trouble === undefined || kind === undefined) {
      this.#known.delete(what)
      emit('metric.answered', told)
      return
    }
    this.#known.set(what, kind)
    if (trouble === 'hung') emit('metric.hung', told)
    else if ('unasked' in trouble) emit('metric.unasked', { ...told, reason: trouble.unasked })
    else emit('metric.silent', { ...told, reason: trouble.code })
  }
}

/** What is told once; why nobody could ask may differ from round to round. */
function kindOf(trouble: Trouble | undefined): string | undefined {
  if (trouble === undefined || trouble === 'hung') return trouble
  return 'unasked' in trouble ? 'unasked' : trouble.code
}
