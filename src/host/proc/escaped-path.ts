/** A path of a kernel file, where blanks and line ends are octal escapes: `/mnt/a\\040b`. */
export function unescapePath(path: string): string {
  if (!path.includes('\\')) return path
  return path.replaceAll(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
