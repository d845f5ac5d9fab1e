import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

/** How a service answers a request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A real HTTP server on loopback in the place of a cloud's, for the test that runs, and what it was asked. */
export async function metadataService(answer: Answer) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { base: `http://127.0.0.1:${address.port}`, asked }
}

const document = {
  accountId: '123456789012',
  architecture: 'x86_64',
  availabilityZone: 'eu-central-1a',
  billingProducts: null,
  imageId: 'ami-0abcdef1234567890',
  instanceId: 'i-1234567890abcdef0',
  instanceType: 't3.micro',
  pendingTime: '2026-11-25T00:00:00Z',
  privateIp: '10.0.0.7',
  region: 'eu-central-1',
  version: '2017-09-30',
}

/** As AWS documents version 2: a token by PUT, and nothing without it. */
export const aws: Answer = (request, response) => {
  const { url, method, headers } = request
  if (url === '/latest/api/token') {
    if (method !== 'PUT') return void response.writeHead(405).end()
    if (!/^\d+$/.test(String(headers['x-aws-ec2-metadata-token-ttl-seconds'])))
      return void response.writeHead(400).end()
    return void response.end('AQAEAtoken==')
  }
  if (headers['x-aws-ec2-metadata-token'] !== 'AQAEAtoken==') return void response.writeHead(401).end()
  if (url !== '/latest/dynamic/instance-identity/document') return void response.writeHead(404).end()
  response.end(JSON.stringify(document))
}

const ofGoogle: Readonly<Record<string, string>> = {
  'project/project-id': 'shop-prod',
  'instance/id': '4812345678901234567',
  'instance/zone': 'projects/987654321/zones/europe-west3-a',
  'instance/machine-type': 'projects/987654321/machineTypes/e2-small',
}

/** As Google documents it: refused without its header, which it gives back. */
export const gcp: Answer = ({ url = '', headers }, response) => {
  response.setHeader('Metadata-Flavor', 'Google')
  if (headers['metadata-flavor'] !== 'Google') return void response.writeHead(403).end()
  const value = ofGoogle[url.replace('/computeMetadata/v1/', '')]
  if (value === undefined) return void response.writeHead(404).end()
  response.end(value)
}

/** As Microsoft documents it: refused without its header or a version. */
export const azure: Answer = ({ url = '', headers }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://service')
  if (headers['metadata'] !== 'true' || headers['x-forwarded-for'] !== undefined)
    return void response.writeHead(400).end()
  if (pathname !== '/metadata/instance/compute' || !searchParams.has('api-version'))
    return void response.writeHead(404).end()
  response.end(
    JSON.stringify({
      location: 'westeurope',
      name: 'web-1',
      resourceId: '/subscriptions/8d10da13/resourceGroups/shop (old)/providers/Microsoft.Compute/virtualMachines/web-1',
      subscriptionId: '8d10da13-8125-4ba9-a717-bf7490507b3d',
      tagsList: [],
      userData: '',
      vmId: '02aab8a4-74ef-476e-8182-f6d2ba4166a6',
      vmSize: 'Standard_A3',
      zone: '',
    }),
  )
}
