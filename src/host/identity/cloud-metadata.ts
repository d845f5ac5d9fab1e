import { askMetadata, type MetadataRequest } from './metadata-http.ts'

/** What a cloud's metadata service says of its instance, as OpenTelemetry resource attributes. */
export type CloudAttributes = Readonly<Record<string, string>>

/** Where the services of all three clouds are: an address of the machine's own link, which leaves it for nowhere else. */
export const metadataBase = 'http://169.254.169.254'

/** All that a service is asked together takes no longer than this. */
export const metadataTimeoutMs = 1000

const services: Readonly<Record<string, (asked: MetadataRequest) => Promise<Readonly<Record<string, unknown>>>>> = {
  aws: askAws,
  gcp: askGcp,
  azure: askAzure,
}

/** Whether this provider, as the firmware names it, has a service that can be asked. */
export function hasMetadata(provider: unknown): provider is string {
  return typeof provider === 'string' && Object.hasOwn(services, provider)
}

/** Asks the service of a provider. Throws where it does not answer, or with what it does not document. */
export async function askCloud(provider: string, asked: MetadataRequest): Promise<CloudAttributes> {
  const found = Object.entries((await services[provider]?.(asked)) ?? {})
  return Object.fromEntries(found.flatMap(([key, value]) => (isPlain(value) ? [[key, value] as const] : [])))
}

/** What an id, a zone or a type may be; another answer is none. */
function isPlain(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]{0,510}[\x21-\x7e])?$/.test(value)
}

/** Source: AWS, "Use the Instance Metadata Service", version 2; "Instance identity documents". */
async function askAws(asked: MetadataRequest): Promise<Readonly<Record<string, unknown>>> {
  const token = await askMetadata(asked, {
    path: '/latest/api/token',
    method: 'PUT',
    headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' },
  })
  const path = '/latest/dynamic/instance-identity/document'
  const headers = { 'X-aws-ec2-metadata-token': token }
  const document = parseObject(path, await askMetadata(asked, { path, headers }))
  return {
    'cloud.account.id': document.get('accountId'),
    'cloud.region': document.get('region'),
    'cloud.availability_zone': document.get('availabilityZone'),
    'host.id': document.get('instanceId'),
    'host.type': document.get('instanceType'),
    'host.image.id': document.get('imageId'),
  }
}

/** Source: Google Cloud, "View and query VM metadata", "Predefined metadata keys". Never all at once: there are keys among them. */
async function askGcp(asked: MetadataRequest): Promise<Readonly<Record<string, unknown>>> {
  const ask = (key: string): Promise<string> =>
    askMetadata(asked, {
      path: `/computeMetadata/v1/${key}`,
      headers: { 'Metadata-Flavor': 'Google' },
      proof: ['metadata-flavor', 'Google'],
    })
  const [project, id, zonePath, typePath] = await Promise.all(
    ['project/project-id', 'instance/id', 'instance/zone', 'instance/machine-type'].map(ask),
  )
  const zone = lastOf(zonePath)
  return {
    'cloud.account.id': project,
    'cloud.region': zone?.replace(/-[a-z]+$/, ''),
    'cloud.availability_zone': zone,
    'host.id': id,
    'host.type': lastOf(typePath),
  }
}

/** `projects/123456789/zones/europe-west3-a` */
function lastOf(path: string | undefined): string | undefined {
  return path?.split('/').at(-1)
}

/** Source: Microsoft, "Azure Instance Metadata Service", category compute. */
async function askAzure(asked: MetadataRequest): Promise<Readonly<Record<string, unknown>>> {
  const path = '/metadata/instance/compute?api-version=2021-12-13&format=json'
  const compute = parseObject(path, await askMetadata(asked, { path, headers: { Metadata: 'true' } }))
  return {
    'cloud.account.id': compute.get('subscriptionId'),
    'cloud.resource_id': compute.get('resourceId'),
    'cloud.region': compute.get('location'),
    'cloud.availability_zone': compute.get('zone'),
    'host.id': compute.get('vmId'),
    'host.type': compute.get('vmSize'),
  }
}

function parseObject(path: string, text: string): ReadonlyMap<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error(`${path} is no JSON object`)
  return new Map<string, unknown>(Object.entries(value))
}
