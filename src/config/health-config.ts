import * as z from './zod.ts'
import { hostPortField, key } from './fields.ts'
import { isLoopback, parseHostPort } from './host-port.ts'

/** Where a role answers `/healthz`, `/readyz` and `/metrics`. */
export interface HealthConfig {
  /** A loopback address. */
  readonly host: string
  /** 0 is any free one. */
  readonly port: number
}

/** `health` of `defineProducer` and `defineConsumer`. */
export interface HealthInput {
  /** A loopback address and a port; port 0 takes any free one. */
  readonly listen: string
}

const fallback: HealthConfig = { host: '127.0.0.1', port: 0 }

/** The key `health`: absent, nothing listens. */
export function healthField(): z.ZodType<HealthConfig | undefined, HealthInput | undefined> {
  return key(healthSchema().optional(), {
    type: 'object',
    sentence:
      'Answers `/healthz`, `/readyz` and `/metrics` (Prometheus) on a port of this machine only; without it nothing listens. `--health-port` does the same.',
    example: "{ listen: '127.0.0.1:9464' }",
  })
}

function healthSchema(): z.ZodType<HealthConfig, HealthInput> {
  return z
    .strictObject({
      listen: key(
        hostPortField('host:port', true).refine((given) => isLoopback(parseHostPort(given)?.host ?? ''), {
          error:
            'can be reached from other machines, and health has no password: only loopback addresses are taken here, and a proxy of your own may publish them',
        }),
        {
          type: 'host:port',
          sentence: 'A loopback address and a port; port 0 takes any free one.',
          example: "'127.0.0.1:9464'",
        },
      ),
    })
    .transform(({ listen }) => parseHostPort(listen) ?? fallback)
}
