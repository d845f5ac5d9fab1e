import { isHistogramSample, type NumberSample, type Sample } from '../metric/sample.ts'

/** The handful of figures that the live line shows; what the round did not have is missing. */
export interface Figures {
  readonly cpuPercent?: number
  readonly memoryPercent?: number
  readonly load?: number
  readonly diskPercent?: number
  readonly receivedBytesPerSecond?: number
  readonly transmittedBytesPerSecond?: number
}

/** What was moved by all interfaces but the loopback, for the rate until the next round. */
export interface Traffic {
  readonly timeMs: number
  readonly receivedBytes: number
  readonly transmittedBytes: number
}

/** Takes the figures out of a round; rates are since the former traffic. */
export function figuresOf(samples: readonly Sample[], traffic: Traffic, former: Traffic | undefined): Figures {
  const numbers = samples.filter((sample): sample is NumberSample => !isHistogramSample(sample))
  const one = (name: string, attributes: Readonly<Record<string, string>> = {}): number | undefined =>
    numbers.find(
      ({ series }) =>
        series.name === name && Object.entries(attributes).every(([key, value]) => series.attributes[key] === value),
    )?.value
  const idle = one('system.cpu.utilization', { 'cpu.mode': 'idle' })
  const waiting = one('system.cpu.utilization', { 'cpu.mode': 'iowait' }) ?? 0
  const seconds = former === undefined ? 0 : (traffic.timeMs - former.timeMs) / 1000
  return dropMissing({
    cpuPercent: idle === undefined ? undefined : 100 * Math.max(0, 1 - idle - waiting),
    memoryPercent: percent(one('system.memory.utilization', { 'system.memory.state': 'used' })),
    load: one('system.cpu.load_average.1m'),
    diskPercent: percent(one('system.filesystem.utilization', { 'system.filesystem.mountpoint': '/' })),
    receivedBytesPerSecond: rate(traffic.receivedBytes, former?.receivedBytes, seconds),
    transmittedBytesPerSecond: rate(traffic.transmittedBytes, former?.transmittedBytes, seconds),
  })
}

/** What the round says of the network; undefined where it does not. */
export function trafficOf(timeMs: number, samples: readonly Sample[]): Traffic | undefined {
  const io = samples.filter(
    (sample): sample is NumberSample =>
      !isHistogramSample(sample) &&
      sample.series.name === 'system.network.io' &&
      sample.series.attributes['network.interface.name'] !== 'lo',
  )
  const sum = (direction: string): number =>
    io
      .filter(({ series }) => series.attributes['network.io.direction'] === direction)
      .reduce((total, { value }) => total + value, 0)
  return io.length === 0 ? undefined : { timeMs, receivedBytes: sum('receive'), transmittedBytes: sum('transmit') }
}

/** A counter that fell was reset: no rate, never a negative one. */
function rate(now: number, former: number | undefined, seconds: number): number | undefined {
  return former === undefined || now < former || seconds <= 0 ? undefined : (now - former) / seconds
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 100 * share
}

function dropMissing(figures: { readonly [Name in keyof Figures]: number | undefined }): Figures {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Math.round(value * 100) / 100]],
    ),
  )
}
