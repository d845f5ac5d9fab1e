import { describe, expect, it } from 'vitest'
import { gauge } from '../metric/gauge.ts'
import { checkApplication } from './application.ts'

const place = { folder: '/srv/shop', env: {} }
const metrics = [gauge('queue')]
const kafka = { brokers: ['localhost:9092'] }

describe('the options of an application', () => {
  it('are completed as those of the files are, their paths relative to the working directory', async () => {
    const checked = await checkApplication({ kafka, producer: { metrics, stateFolder: 'state' } }, place, undefined)
    expect(checked).toMatchObject({
      kafka: { brokers: ['localhost:9092'], topic: 'otlp_metrics' },
      producer: { intervalMs: 10_000, metrics },
      stateFolder: '/srv/shop/state',
    })
  })

  it('have all their faults told at once, with what to write', async () => {
    const producer = { metrics, interval: 'soon', metrix: [] }
    const given = { kafka: { ...kafka, topik: 'a', clientId: 7 }, producer }
    await expect(checkApplication(given, place, 'server.ts:12')).rejects.toMatchObject({
      code: 'HOSTVITALS_CONFIGURATION',
      message:
        "server.ts:12: kafka.clientId: expected text, found a number; unknown key kafka.topik; interval: 'soon' is no duration; unknown key metrix",
      nextStep: expect.stringMatching(/Did you mean topic\?.*Write interval: '10s'\..*Did you mean metrics\?/),
    })
  })

  it.each([
    [{ kafka: undefined, producer: { metrics, stateFolder: 'state' } }, 'kafka: is missing'],
    [{ kafka, producer: { metrics } }, 'stateFolder: is missing'],
  ])('need Kafka and a folder of their own: %#', async (given, message) => {
    await expect(checkApplication(given, place, undefined)).rejects.toMatchObject({
      message,
      nextStep: expect.stringMatching(/\S/),
    })
  })
})
