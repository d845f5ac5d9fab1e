import { matchesGlob } from 'node:path'

/** The options of a group that measures several things by name: a name is measured if `include` has it, or is empty, and `exclude` has it not. */
export type NameFilterOptions = {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
}

/** What `docs/METRICS.md` says of them; `what` as `devices`. */
export function nameFilterSentences(what: string): Readonly<Record<keyof NameFilterOptions, string>> {
  return {
    include: `Only these ${what}, as globs (\`*\`, \`?\`, \`[ab]\`, \`{a,b}\`); none named: all.`,
    exclude: `Not these ${what}; goes before \`include\`. What you write takes the place of the default.`,
  }
}

/** Says of a name whether it is measured. Answers are kept, since the same names come every round. */
export function nameFilter({ include, exclude }: NameFilterOptions): (name: string) => boolean {
  const known = new Map<string, boolean>()
  return (name) => {
    const answer = known.get(name)
    if (answer !== undefined) return answer
    const chosen =
      (include.length === 0 || include.some((glob) => matchesName(name, glob))) &&
      !exclude.some((glob) => matchesName(name, glob))
    // Names that come and go, as containers' do, would fill it for ever.
    if (known.size >= 10_000) known.clear()
    known.set(name, chosen)
    return chosen
  }
}

/** `*` does not stop at a `/`: mounts are names here. */
function matchesName(name: string, glob: string): boolean {
  return matchesGlob(name.replaceAll('/', '\u0001'), glob.replaceAll('/', '\u0001'))
}
