import * as z from './zod.ts'
import { hostUidField, key, nameField } from './fields.ts'
import { present } from './present.ts'

/** Who a host is, as checked: `host` of `defineProducer`. */
export interface HostConfig {
  readonly name?: string
  /** Lower case. */
  readonly uid?: string
  readonly labels: Readonly<Record<string, string>>
  /** What `host.id` is made of the machine-id. */
  readonly id: 'hashed' | 'raw'
  /** Whether the cloud's metadata service is asked over the network. */
  readonly askCloud: boolean
}

/** `host` of `defineProducer`. */
export interface ProducerHostInput {
  /** The name it is shown by; by default the machine's own. */
  readonly name?: string | undefined
  /** Its identity, a UUID; by default random and kept in the state folder. `HOSTVITALS_HOST_UID` does the same, and wins over a configuration file. */
  readonly uid?: string | undefined
  /** Texts to tell hosts apart by: site, role, team. */
  readonly labels?: Readonly<Record<string, string>> | undefined
  /** How the attribute `host.id` tells the machine-id: hashed, so that nobody learns it, or raw. */
  readonly id?: 'hashed' | 'raw' | undefined
  /** Asks the metadata service of AWS, Google Cloud or Azure, once at the start, for account, region, zone, instance and its type. */
  readonly askCloud?: boolean | undefined
}

/** The check of `host`. */
export function hostSchema(): z.ZodType<HostConfig, ProducerHostInput> {
  return z
    .strictObject({
      name: key(nameField().optional(), {
        type: 'text',
        sentence: "The name it is shown by; by default the machine's own.",
        example: "'web-1'",
      }),
      uid: key(hostUidField().optional(), {
        type: 'UUID',
        sentence:
          'Its identity, a UUID; by default random and kept in the state folder. `HOSTVITALS_HOST_UID` does the same, and wins over a configuration file.',
        example: "'7f3a1c52-0d7e-4b0e-9d6e-2b8a5f0c9e11'",
      }),
      labels: key(z.record(z.string().min(1), z.string()).prefault({}), {
        type: 'texts by name',
        sentence: 'Texts to tell hosts apart by: site, role, team.',
        example: "{ site: 'berlin', role: 'web' }",
      }),
      id: key(z.enum(['hashed', 'raw']).prefault('hashed'), {
        type: "'hashed' or 'raw'",
        sentence: 'How the attribute `host.id` tells the machine-id: hashed, so that nobody learns it, or raw.',
        example: "'hashed'",
      }),
      askCloud: key(z.boolean().prefault(false), {
        type: 'true or false',
        sentence:
          'Asks the metadata service of AWS, Google Cloud or Azure, once at the start, for account, region, zone, instance and its type.',
        example: 'true',
      }),
    })
    .transform((given) => present(given))
}
