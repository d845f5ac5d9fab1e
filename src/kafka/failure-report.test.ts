import { expect, it } from 'vitest'
import { BrokerRefusedError, BrokerUnavailableError } from '../runtime/errors.ts'
import type { Emit } from '../runtime/events.ts'
import { FailureReport } from './failure-report.ts'
import { toKafkaError } from './kafka-error.ts'

function listen(): { readonly report: FailureReport; readonly lines: readonly string[] } {
  const lines: string[] = []
  const emit: Emit = (name, data) => void lines.push('reason' in data ? `${name}: ${String(data.reason)}` : name)
  return { report: new FailureReport(emit, { brokers: 'b:1', topic: 't' }), lines }
}

const away = 'kafka.failing: nobody listens'

it('a broker that goes away is one line, however it shows, and its return another', () => {
  const { report, lines } = listen()
  report.works()
  report.works()
  for (const says of ['nobody listens', 'closed', 'silent']) report.failed(new BrokerUnavailableError(says), 3)
  report.works()
  expect(lines).toEqual(['kafka.connected', away, 'kafka.connected'])
})

it('another reason is another line, also before it ever worked', () => {
  const { report, lines } = listen()
  report.failed(new BrokerUnavailableError('nobody listens'))
  report.failed(new BrokerRefusedError('wrong password'))
  report.failed(new BrokerRefusedError('wrong password'))
  report.failed(new BrokerRefusedError('no right'))
  expect(lines).toEqual([away, 'kafka.failing: wrong password', 'kafka.failing: no right'])
})

it('an election is told only when it does not pass', () => {
  const { report, lines } = listen()
  const election = toKafkaError(new Error('NOT_LEADER_OR_FOLLOWER'), { brokers: ['b:1'], topic: 't' })
  for (let tries = 0; tries < 3; tries++) report.failed(election)
  expect(lines).toEqual([])
  report.failed(election)
  report.failed(election)
  expect(lines).toEqual(['kafka.failing: b:1: the brokers are choosing who leads'])
})
