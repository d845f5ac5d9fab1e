import { ConfigurationError } from '../runtime/errors.ts'
import type { Environment } from './environment.ts'

const listVariable = 'OTEL_RESOURCE_ATTRIBUTES'

/** What a pod's manifest fills in by the downward API, and the OpenTelemetry attribute that it becomes. */
const podVariables = [
  ['K8S_CLUSTER_NAME', 'k8s.cluster.name'],
  ['K8S_NODE_NAME', 'k8s.node.name'],
  ['K8S_NODE_UID', 'k8s.node.uid'],
  ['K8S_NAMESPACE_NAME', 'k8s.namespace.name'],
  ['K8S_POD_NAME', 'k8s.pod.name'],
  ['K8S_POD_UID', 'k8s.pod.uid'],
  ['K8S_CONTAINER_NAME', 'k8s.container.name'],
  ['K8S_DAEMONSET_NAME', 'k8s.daemonset.name'],
] as const

/**
 * Resource attributes that the environment gives: `OTEL_RESOURCE_ATTRIBUTES` as OpenTelemetry writes it (`key=value,key=value`,
 * percent-encoded), over the variables of a pod. Throws ConfigurationError where the list cannot be read.
 */
export function resourceAttributesOf(env: Environment): Readonly<Record<string, string>> {
  const ofPod = podVariables.flatMap(([variable, key]) => {
    const text = env[variable]
    return text === undefined || text === '' ? [] : [[key, text] as const]
  })
  const listed = (env[listVariable] ?? '').split(',').filter((pair) => pair.trim() !== '')
  return Object.fromEntries([...ofPod, ...listed.map(parsePair)])
}

function parsePair(pair: string): readonly [string, string] {
  const cut = pair.indexOf('=')
  const [key, value] = cut < 0 ? [] : [decoded(pair.slice(0, cut)), decoded(pair.slice(cut + 1))]
  if (key === undefined || key === '' || value === undefined) {
    throw new ConfigurationError(`${listVariable}: '${pair.trim()}' is no key=value`, {
      nextStep: 'write key=value,key=value; a comma, blank or equals sign inside of one as %2C, %20, %3D',
    })
  }
  if (key.startsWith('hostvitals.')) {
    throw new ConfigurationError(`${listVariable}: ${key} is a key of hostvitals' own`, {
      nextStep: 'write host.labels in producer.config.ts, or take another key',
    })
  }
  return [key, value]
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    // A percent sign that begins no escape; whoever asks says which pair it is.
    return undefined
  }
}
