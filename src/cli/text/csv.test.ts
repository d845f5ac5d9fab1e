import { expect, it } from 'vitest'
import { formatCsv } from './csv.ts'

it('writes a line a point, gaps empty, formulas disarmed', () => {
  const text = formatCsv({
    metric: 'mail.queue',
    unit: '{message}',
    kind: 'gauge',
    series: [
      {
        host: '=cmd()',
        attributes: { queue: 'in,out' },
        points: [
          [0, 7],
          [1000, null],
        ],
      },
    ],
  })
  expect(text.split('\n')).toEqual([
    'time,host,metric,attributes,value,unit',
    `1970-01-01T00:00:00.000Z,'=cmd(),mail.queue,"{""queue"":""in,out""}",7,{message}`,
    `1970-01-01T00:00:01.000Z,'=cmd(),mail.queue,"{""queue"":""in,out""}",,{message}`,
    '',
  ])
})
