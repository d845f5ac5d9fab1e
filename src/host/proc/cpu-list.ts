import { formatError } from './format-error.ts'

/** Numbers of a list such as `0-3,8`. Throws FormatError. Source: Documentation/admin-guide/cputopology.rst. */
export function parseCpuList(file: string, text: string): readonly number[] {
  if (text === '') return []
  return text.split(',').flatMap((part) => {
    const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? []
    const [from, to] = [Number(first), Number(last)]
    if (first === '' || to < from || to > 1e6)
      throw formatError(file, `'${text.slice(0, 40)}' is no list of processors`)
    return Array.from({ length: to - from + 1 }, (_, at) => from + at)
  })
}
