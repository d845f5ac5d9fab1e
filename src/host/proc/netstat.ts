import { formatError } from './format-error.ts'

/**
 * Reads wanted numbers of files such as /proc/net/snmp and netstat, where a line of names is followed by one of numbers, by section
 * and name: `Tcp.RetransSegs`. The lines of names stay the same, so each is looked into once. Source:
 * Documentation/networking/snmp_counter.rst.
 */
export class NetStatReader {
  readonly #file: string
  readonly #wanted: ReadonlySet<string>
  readonly #places = new Map<string, readonly (readonly [string, number])[]>()

  constructor(file: string, wanted: Iterable<string>) {
    this.#file = file
    this.#wanted = new Set(wanted)
  }

  /** What the file says of them. Throws FormatError. */
  read(bytes: Buffer): ReadonlyMap<string, number> {
    const lines = bytes.toString('latin1').split('\n')
    const numbers = new Map<string, number>()
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const names = lines[at] ?? ''
      const places = this.#placesIn(names)
      const values = (lines[at + 1] ?? '').split(' ')
      if (values[0] !== names.slice(0, values[0]?.length) || values[0] === '') this.#refuse(names)
      for (const [name, place] of places) {
        const text = values[place] ?? ''
        if (!/^-?\d{1,20}$/.test(text)) this.#refuse(names)
        numbers.set(name, Number(text))
      }
    }
    return numbers
  }

  #placesIn(names: string): readonly (readonly [string, number])[] {
    const known = this.#places.get(names)
    if (known !== undefined) return known
    const [section = '', ...fields] = names.split(' ')
    if (!section.endsWith(':')) this.#refuse(names)
    const found = fields.map((field, index) => [`${section.slice(0, -1)}.${field}`, index + 1] as const)
    const places = found.filter(([name]) => this.#wanted.has(name))
    this.#places.set(names, places)
    return places
  }

  #refuse(names: string): never {
    throw formatError(this.#file, `the line '${names.slice(0, 20)}' is not followed by its numbers`)
  }
}
