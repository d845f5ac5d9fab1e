const spelled: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  io: 'traffic',
  linux: 'Linux',
  '1m': '1 min',
  '5m': '5 min',
  '15m': '15 min',
}

/**
 * What a chart is called where the server has no better name than the metric's: a standard metric in plain words,
 * `CPU load average 1 min`; a team's own by its name, as it was written.
 */
export function chartTitle(title: string, metric: string): string {
  const [room, ...rest] = metric.split('.')
  if (title !== metric || (room !== 'system' && room !== 'process' && room !== 'hostvitals') || rest.length === 0)
    return title
  const words = rest.flatMap((part) => part.split('_')).map((word) => spelled[word] ?? word)
  const text = (room === 'process' ? ['process', ...words] : words).join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}
