import { expect, it } from 'vitest'
import { resourceAttributesOf } from './resource-attributes.ts'

it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
  ['nothing', {}, {}],
  ['an empty list', { OTEL_RESOURCE_ATTRIBUTES: ' ' }, {}],
  [
    'a list, with blanks and escapes',
    { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=prod, team = a%2Cb%20c,x=,' },
    { 'deployment.environment.name': 'prod', team: 'a,b c', x: '' },
  ],
  ['a value with an equals sign', { OTEL_RESOURCE_ATTRIBUTES: 'a=b=c' }, { a: 'b=c' }],
  [
    'a pod, and the list wins',
    {
      K8S_NODE_NAME: 'node-1',
      K8S_POD_NAME: 'hostvitals-x7',
      K8S_NAMESPACE_NAME: 'monitoring',
      K8S_POD_UID: '',
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.node.name=node-2',
    },
    { 'k8s.node.name': 'node-2', 'k8s.namespace.name': 'monitoring', 'k8s.pod.name': 'hostvitals-x7' },
  ],
])('%s', (_name, env, expected) => {
  expect(resourceAttributesOf(env)).toEqual(expected)
})

it.each([
  ['a', "'a' is no key=value"],
  ['=b', "'=b' is no key=value"],
  ['b=1,a=100%', "'a=100%' is no key=value"],
  ['hostvitals.replaces=x', "hostvitals.replaces is a key of hostvitals' own"],
])('%j is refused', (text, message) => {
  expect(() => resourceAttributesOf({ OTEL_RESOURCE_ATTRIBUTES: text })).toThrow(message)
})
