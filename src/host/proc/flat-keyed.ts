/**
 * Parses a file of `name number` lines, as cgroup-v2.rst calls "flat keyed"; lines in another form are passed over, so that
 * what a strange file does not say is absent. Nothing of what is not there.
 */
export function parseFlatKeyed(bytes: Buffer | undefined): ReadonlyMap<string, number> {
  const text = bytes?.toString('latin1') ?? ''
  return new Map([...text.matchAll(/^(\w+) (\d{1,20})$/gm)].map(([, name = '', value]) => [name, Number(value)]))
}

/** The number that a file is; undefined where it is anything else, as `max` is. */
export function parseSingle(bytes: Buffer | undefined): number | undefined {
  const text = bytes?.toString('latin1').trim() ?? ''
  return /^-?\d{1,20}$/.test(text) ? Number(text) : undefined
}
