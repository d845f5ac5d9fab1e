/** The command that asks for the same numbers; quoted for a shell. */
export function toCurl(address: string): string {
  return `curl '${address.replaceAll("'", String.raw`'\''`)}'`
}
