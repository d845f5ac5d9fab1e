import { Scanner } from './scanner.ts'

/** Parses files of `Name: 123 kB` or `name 123` lines (meminfo, vmstat); kB become bytes. Throws FormatError. Source: proc_meminfo(5), proc_vmstat(5). */
export function parseKeyValues(file: string, bytes: Buffer): ReadonlyMap<string, number> {
  const scanner = new Scanner(file, bytes)
  const values = new Map<string, number>()
  while (scanner.nextLine()) {
    const name = scanner.word()
    const value = scanner.whole()
    values.set(name.endsWith(':') ? name.slice(0, -1) : name, scanner.word() === 'kB' ? value * 1024 : value)
  }
  return values
}
