import type { Environment } from './config/environment.ts'
import type { HostConfig } from './config/host-config.ts'
import { hostUidOf } from './config/host-uid.ts'
import { resourceAttributesOf } from './config/resource-attributes.ts'
import { askCloud, type CloudAttributes, hasMetadata, metadataBase } from './host/identity/cloud-metadata.ts'
import { describeMachine, type Machine } from './host/identity/machine.ts'
import type { HostRoots } from './metric/metric.ts'

/** What is said of a host and what is seen of it: what an agent is opened with. */
export interface ThisHost {
  readonly host: HostConfig
  readonly machine: Machine
  /** Asks the cloud's metadata service for what is only told there; absent where that is not wished, or where none is known. */
  readonly askCloud?: (signal: AbortSignal) => Promise<CloudAttributes>
}

/**
 * Looks at the host under these roots, and adds what the environment of the process says of it. The environment's uid wins
 * over a file, which many hosts may share; over an application's code it does not (`uid: 'unless-configured'`). Throws
 * ConfigurationError for an environment that cannot be meant.
 */
export async function describeThisHost(
  configured: HostConfig,
  roots: HostRoots,
  env: Environment,
  uid: 'environment-first' | 'unless-configured' = 'environment-first',
): Promise<ThisHost> {
  const given = hostUidOf(env)
  const chosen = uid === 'environment-first' ? (given ?? configured.uid) : (configured.uid ?? given)
  const attributes = resourceAttributesOf(env)
  const machine = await describeMachine(roots, { env, isIdRaw: configured.id === 'raw' })
  const provider = machine.resource['cloud.provider']
  const isAsked = configured.askCloud && hasMetadata(provider)
  return {
    ...(isAsked
      ? {
          // What a person says goes before.
          askCloud: async (signal) => ({
            ...(await askCloud(provider, { base: metadataBase, signal })),
            ...attributes,
          }),
        }
      : {}),
    host: { ...configured, ...(chosen === undefined ? {} : { uid: chosen }) },
    machine: { ...machine, resource: { ...machine.resource, ...attributes } },
  }
}
