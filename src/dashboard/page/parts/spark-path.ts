/** The path of a sparkline in a box: from zero, or from the least where a value is negative. Gaps are not joined. */
export function sparkPath(values: readonly (number | null)[], width: number, height: number, ceiling: number): string {
  const known = values.filter((value) => value !== null)
  const least = Math.min(0, ...known)
  const most = Math.max(ceiling, ...known)
  const reach = most - least || 1
  const step = width / Math.max(1, values.length - 1)
  let path = ''
  values.forEach((value, at) => {
    if (value === null) return
    const x = round(at * step)
    const y = round(height - 1 - ((value - least) / reach) * (height - 2))
    const isStart = (values[at - 1] ?? null) === null
    path += `${isStart ? 'M' : 'L'}${x} ${y}`
    // A value between two gaps: a dash that can be seen.
    if (isStart && (values[at + 1] ?? null) === null) path += 'h1.5'
  })
  return path
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
