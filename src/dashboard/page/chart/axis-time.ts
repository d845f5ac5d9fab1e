const dayMs = 86_400_000

/** The words under a time axis: hours and minutes, and a second line with the day where it changes. In the reader's time zone. */
export function timeTicks(splits: readonly number[], stepMs: number): readonly string[] {
  return splits.map((ms, index) => {
    const previous = splits[index - 1]
    if (stepMs >= dayMs) {
      const isNewYear = previous === undefined || new Date(previous).getFullYear() !== new Date(ms).getFullYear()
      return `${format(ms, { day: 'numeric', month: 'short' })}${isNewYear ? `\n${new Date(ms).getFullYear()}` : ''}`
    }
    const isNewDay = previous === undefined || new Date(previous).toDateString() !== new Date(ms).toDateString()
    const second = stepMs < 60_000 ? ({ second: '2-digit' } as const) : {}
    const clock = format(ms, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...second })
    return `${clock}${isNewDay ? `\n${format(ms, { day: 'numeric', month: 'short' })}` : ''}`
  })
}

function format(ms: number, shape: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', shape).format(ms)
}
