/** The whole number that a small file under /sys is; undefined where it is anything else, as a device's garbage may be. */
export function wholeText(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,16}$/.test(text) ? Number(text) : undefined
}
