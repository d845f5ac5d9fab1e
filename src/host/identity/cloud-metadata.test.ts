import http from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Answer, aws, azure, gcp, metadataService } from '../../../test/support/metadata-service.ts'
import { askCloud, type CloudAttributes, hasMetadata } from './cloud-metadata.ts'

const never = new AbortController().signal

it.each<[string, Answer, CloudAttributes]>([
  [
    'aws',
    aws,
    {
      'cloud.account.id': '123456789012',
      'cloud.region': 'eu-central-1',
      'cloud.availability_zone': 'eu-central-1a',
      'host.id': 'i-1234567890abcdef0',
      'host.type': 't3.micro',
      'host.image.id': 'ami-0abcdef1234567890',
    },
  ],
  [
    'gcp',
    gcp,
    {
      'cloud.account.id': 'shop-prod',
      'cloud.region': 'europe-west3',
      'cloud.availability_zone': 'europe-west3-a',
      'host.id': '4812345678901234567',
      'host.type': 'e2-small',
    },
  ],
  [
    'azure',
    azure,
    {
      'cloud.account.id': '8d10da13-8125-4ba9-a717-bf7490507b3d',
      'cloud.resource_id':
        '/subscriptions/8d10da13/resourceGroups/shop (old)/providers/Microsoft.Compute/virtualMachines/web-1',
      'cloud.region': 'westeurope',
      'host.id': '02aab8a4-74ef-476e-8182-f6d2ba4166a6',
      'host.type': 'Standard_A3',
    },
  ],
])('%s says who its instance is', async (provider, answer, expected) => {
  const { base } = await metadataService(answer)
  expect(await askCloud(provider, { base, signal: never })).toEqual(expected)
})

it('asks nothing where no service is known', async () => {
  expect(['hetzner', 'toString', '', undefined, 7].filter(hasMetadata)).toEqual([])
  const { base, asked } = await metadataService(aws)
  expect(await askCloud('hetzner', { base, signal: never })).toEqual({})
  expect(asked).toEqual([])
})

describe('a service that is none', () => {
  it.each<[string, string, Answer, RegExp]>([
    ['redirects', 'azure', (_request, response) => response.writeHead(302, { location: '/else' }).end(), /status 302/],
    ['refuses', 'aws', (_request, response) => response.writeHead(403).end(), /token answers with status 403/],
    ['is a page to log in', 'gcp', (_request, response) => response.end('<html>'), /answered by something else/],
    ['says no JSON', 'azure', (_request, response) => response.end('<html>'), /JSON/],
    ['says no object', 'azure', (_request, response) => response.end('"x"'), /no JSON object/],
    ['says more than anyone needs', 'azure', (_request, response) => response.end('x'.repeat(70_000)), /65536 bytes/],
    ['hangs up', 'azure', (request) => request.socket.destroy(), /socket hang up/],
  ])('%s', async (_name, provider, answer, reason) => {
    const { base, asked } = await metadataService(answer)
    await expect(askCloud(provider, { base, signal: never })).rejects.toThrow(reason)
    expect(asked.filter((path) => path.endsWith('/else'))).toEqual([])
  })

  it('does not answer, until the time is over', async () => {
    const over = new AbortController()
    const { base } = await metadataService(() => over.abort(new Error('the time is over')))
    await expect(askCloud('azure', { base, signal: over.signal })).rejects.toThrow(/aborted/)
  })

  it('stops in the middle of its answer, until the time is over', async () => {
    const over = new AbortController()
    const { base } = await metadataService((_request, response) => {
      response.write('{', () => over.abort(new Error('the time is over')))
    })
    await expect(askCloud('azure', { base, signal: over.signal })).rejects.toThrow(/aborted/)
  })

  it('says what no id is, which is left out', async () => {
    const odd = { vmId: 'a\nb', vmSize: 7, location: '', zone: 'x'.repeat(600), subscriptionId: ' a', resourceId: 'é' }
    const { base } = await metadataService((_request, response) => response.end(JSON.stringify(odd)))
    expect(await askCloud('azure', { base, signal: never })).toEqual({})
  })
})

it('goes past a proxy that the process was told of', async () => {
  const proxy = await metadataService((_request, response) => response.end('from the proxy'))
  const { globalAgent } = http
  onTestFinished(() => void (http.globalAgent = globalAgent))
  http.globalAgent = new http.Agent({ proxyEnv: { HTTP_PROXY: proxy.base } })
  const { base } = await metadataService(aws)
  expect(await askCloud('aws', { base, signal: never })).toMatchObject({ 'host.type': 't3.micro' })
  expect(proxy.asked).toEqual([])
})
