/** Unix milliseconds as UTC text that sorts, such as `2026-11-24 08:15:30.250`: how SQLite keeps a time and MySQL says it. */
export function toTimeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').slice(0, -1)
}

/** The other way; digits below the millisecond are cut. */
export function fromTimeText(text: string): number {
  return Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`)
}
