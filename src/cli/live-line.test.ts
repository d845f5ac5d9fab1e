import { expect, it } from 'vitest'
import { LiveLine } from './live-line.ts'

const figures = { cpuPercent: 12.4, memoryPercent: 61, load: 0.82, diskPercent: 71 }
const whole = 'cpu 12.4 %  mem 61 %  load 0.82  disk / 71 %'

it.each([
  ['wide enough', 100, whole],
  ['of unknown width', undefined, whole],
  ['that says it has no width at all', 0, whole],
  ['that is narrow', 21, 'cpu 12.4 %'],
])('stays within one line of a terminal %s', (_name, columns, expected) => {
  const written: string[] = []
  const live = new LiveLine({
    isTTY: true,
    ...(columns === undefined ? {} : { columns }),
    write: (text) => written.push(text),
  })
  live.show(0, figures)
  expect(written.join('').slice('00:00:00  '.length)).toBe(expected)
})

it('makes room for a line of the log once', () => {
  const written: string[] = []
  const live = new LiveLine({ isTTY: true, columns: 80, write: (text) => written.push(text) })
  live.show(0, figures)
  live.clear()
  live.clear()
  expect(written.slice(1)).toEqual(['\r\u001b[2K'])
})

it('has nothing to say of rounds without figures, where others have some', () => {
  const live = new LiveLine({ isTTY: true, columns: 80, write: () => true })
  const load = { name: 'system.cpu.load_average.1m', unit: '{thread}', kind: 'gauge', attributes: {} } as const
  const round = { timeMs: 0, failures: [] }
  expect(live.next({ ...round, samples: [] })).toEqual({})
  expect(live.next({ ...round, samples: [{ series: load, value: 2 }] })).toEqual({ load: 2 })
  expect(live.next({ ...round, samples: [] })).toBeUndefined()
})
