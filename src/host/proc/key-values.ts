import { fieldsOf, wholeNumber } from './lines.ts'

/** Parses files of `Name: 123 kB` or `name 123` lines (meminfo, vmstat); kB become bytes. Source: proc_meminfo(5), proc_vmstat(5). */
export function parseKeyValues(file: string, text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>()
  for (const [name = '', value, unit] of fieldsOf(text)) {
    values.set(name.replace(/:$/, ''), wholeNumber(file, value) * (unit === 'kB' ? 1024 : 1))
  }
  return values
}
