import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Given, When } from '@cucumber/cucumber'
import { writeConfiguration, type Pipeline } from '../../support/configuration-files.ts'
import type { HostvitalsWorld } from '../support/world.ts'

type Said = Pick<Pipeline, 'hostName' | 'metrics' | 'interval' | 'kafka' | 'producer' | 'consumer'>

// A dot in a file for each reading: how many there are is known even where the program is not to be trusted.
const counting: Said = {
  hostName: 'counting-house',
  interval: '200ms',
  metrics: `
    gauge('reading', () => {
      const journal = new URL('readings.txt', import.meta.url)
      appendFileSync(journal, '.')
      return statSync(journal).size
    }),`,
}

Given(
  'three configuration files, where the host {string} measures',
  async function measures(this: HostvitalsWorld, hostName: string, metrics: string) {
    await configure(this, await this.folder(), { hostName, metrics, interval: '1s' })
  },
)

Given(
  'another folder {string} with three configuration files, where the host {string} measures',
  async function measures(this: HostvitalsWorld, folder: string, hostName: string, metrics: string) {
    await configure(this, join(await this.folder(), folder), { hostName, metrics, interval: '1s' })
  },
)

Given('three configuration files, where a host counts its readings', async function counts(this: HostvitalsWorld) {
  await configure(this, await this.folder(), counting)
})

Given(
  'three configuration files, where a host counts its readings and nothing is ever too old',
  async function countsForEver(this: HostvitalsWorld) {
    const consumer = "  retention: { raw: '99y', tenMinutes: '99y', hours: '99y' },\n"
    await configure(this, await this.folder(), { ...counting, consumer })
  },
)

Given(
  'three configuration files, where a host counts its readings, of 400 KB each, and keeps at most 16 MiB',
  async function countsLargely(this: HostvitalsWorld) {
    const metrics = `${counting.metrics}
    ...Array.from({ length: 40 }, (_, n) =>
      gauge('ballast.n' + n, () => 1, {
        attributes: Object.fromEntries(Array.from('abcdefghij', (key) => [key, key.repeat(1000)])),
      }),
    ),`
    const producer = "  spool: { size: '16MiB', keepFree: '0%' },\n"
    await configure(this, await this.folder(), { ...counting, metrics, producer })
  },
)

Given(
  'three configuration files, where a host counts its readings, with',
  async function countsWith(this: HostvitalsWorld, kafka: string) {
    await configure(this, await this.folder(), { ...counting, kafka: `  ${kafka}\n` })
  },
)

When('I write into {string}', async function write(this: HostvitalsWorld, file: string, text: string) {
  await writeFile(join(await this.folder(), file), `${text}\n`)
})

async function configure({ brokers, topic, database }: HostvitalsWorld, folder: string, said: Said): Promise<void> {
  await writeConfiguration(folder, { brokers, topic, database, ...said })
}
