import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Given } from '@cucumber/cucumber'
import { startSecureKafkaBroker } from '../../support/secure-kafka-broker.ts'
import type { HostvitalsWorld } from '../support/world.ts'

Given(
  "a Kafka broker of this scenario's own that asks for certificates",
  async function secureKafka(this: HostvitalsWorld) {
    const secure = await this.startOwn('kafkaBrokers', startSecureKafkaBroker)
    if (secure === 'skipped') return secure
    this.keep(secure)
    this.broker = { ...secure.broker, bootstrap: secure.address('MUTUAL') }
    const keys = join(await this.folder(), 'keys')
    await mkdir(keys, { mode: 0o700 })
    const files = [
      ['ca.pem', secure.ca],
      ['other-ca.pem', secure.otherCa],
      ['client.pem', secure.client.cert],
      ['client.key', secure.client.key],
    ] as const
    for (const [name, path] of files) {
      await copyFile(path, join(keys, name))
      await chmod(join(keys, name), 0o600)
    }
    return undefined
  },
)
