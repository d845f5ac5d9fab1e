const needed = [24, 12] as const

/** What to do where this Node is too old, in one line; undefined where it is new enough. */
export function nodeProblem(running: string): string | undefined {
  const [major = 0, minor = 0] = running.split('.').map(Number)
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined
  return `hostvitals needs Node ${needed.join('.')} or newer, this is ${running}: install a newer one from https://nodejs.org, then start again`
}
