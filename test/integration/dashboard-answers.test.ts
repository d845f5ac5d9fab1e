import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { ChartsAnswer, HostAnswer, HostsAnswer, MetricsAnswer } from '../../src/dashboard/api.ts'
import { consumerNowMs, gaugeOf, TestAgent } from '../support/arrived-records.ts'
import { answerOf, dashboardWorld } from '../support/dashboard-world.ts'

const nowMs = consumerNowMs
const web = new TestAgent()

it('answers hosts, a host and its charts', async () => {
  await using dashboard = await dashboardWorld({
    options: { pins: ['load'], thresholds: [{ metric: 'load', warn: 2, critical: null }] },
  })
  const { app, world } = dashboard
  await world.takeRecords(web.record(1, nowMs - 20_000), web.record(2, nowMs - 10_000))
  const hosts = await answerOf<HostsAnswer>(app.request('/api/hosts'))
  expect(hosts.columns).toMatchObject([{ id: 'load', isPinned: true }])
  expect(hosts.hosts).toMatchObject([
    { uid: web.agentUid, state: 'up', cause: null, cells: [{ value: 2, level: 'warn' }] },
  ])
  const host = await answerOf<HostAnswer>(app.request(`/api/hosts/${web.agentUid}`))
  expect(host).toMatchObject({
    host: { name: 'web-1' },
    resource: { 'os.type': 'linux' },
    charts: [{ metric: 'load', group: 'Own metrics' }],
  })
  const charts = await answerOf<ChartsAnswer>(app.request(`/api/charts?m=load&host=${web.agentUid}&from=now-1m`))
  expect(charts.charts).toMatchObject([{ metric: 'load', threshold: { warn: 2 }, late: [], lost: [] }])
  const metrics = await answerOf<MetricsAnswer>(app.request('/api/metrics'))
  expect(metrics.metrics).toMatchObject([{ metric: 'load', hosts: 1, threshold: { warn: 2 } }])
})

it('tells of a late host how old its data is and who is the cause', async () => {
  const kafka = { lagRecords: 0, partitions: 3, stuckPartitions: 0, problem: null }
  await using dashboard = await dashboardWorld({ options: { askWay: async () => ({ kafka }) } })
  await dashboard.world.takeRecords(web.record(1, nowMs - 190_000))
  const pipeline = await (await dashboard.app.request('/api/pipeline')).json()
  expect(pipeline).toMatchObject({ cause: 'hosts' })
  const hosts = await answerOf<HostsAnswer>(dashboard.app.request('/api/hosts'))
  expect(hosts.hosts[0]).toMatchObject({
    state: 'down',
    cause: 'interval 10s, last sample 3 m 10 s ago; Kafka lag 0, so the host or its network is the cause',
  })
})

it.each([
  ['charts', 400, 'no metric is asked for'],
  ['charts?m=laod', 404, "no metric is called 'laod'"],
  ['charts?m=load&host=web-2', 404, "no host is called 'web-2'"],
  ['hosts/web-2', 404, "no host is called 'web-2'"],
  ['charts?m=load&from=yesterday', 400, 'from=yesterday is no time'],
  ['charts?m=load&from=now&to=now-1h', 400, 'the range ends before it begins'],
  ['charts?m=load&points=0', 400, 'points=0 is no whole number'],
  ['charts?m=load&points=5000', 422, 'points: more than 2000'],
  ['charts?m=load&from=now-100y', 422, 'the range is longer than ten years'],
  ['export?m=load&from=now-100y', 422, 'the range is longer than ten years'],
  ['events?from=1926-01-01', 422, 'the range is longer than ten years'],
  ['export?m=load&format=xls', 400, 'format=xls is no format'],
  [`charts?${Array.from({ length: 51 }, (_, index) => `m=m${index}`).join('&')}`, 422, 'metrics: more than 50'],
  ['nothing', 404, 'there is no /api/nothing'],
])('refuses %s with %i and says what to do', async (address, status, error) => {
  await using dashboard = await dashboardWorld()
  await dashboard.world.takeRecords(web.record(1))
  const answer = await dashboard.app.request(`/api/${address}`)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({
    error: expect.stringContaining(error),
    nextStep: expect.stringMatching(/\w/),
  })
})

it('names what may have been meant', async () => {
  await using dashboard = await dashboardWorld()
  await dashboard.world.takeRecords(web.record(1))
  expect(await (await dashboard.app.request('/api/charts?m=laod')).json()).toMatchObject({ nearest: ['load'] })
  expect(await (await dashboard.app.request('/api/hosts/web-2')).json()).toMatchObject({ nearest: ['web-1'] })
})

it('refuses to draw a metric of a hundred thousand series, and draws those with one attribute', async () => {
  await using dashboard = await dashboardWorld()
  const { app, store, world } = dashboard
  await world.takeRecords(web.record(1, nowMs - 10_000, [gaugeOf('load', 5, { path: '/one' })]))
  await sql`insert into series (metric_id, attributes, attributes_hash)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000)
    select (select metric_id from metric where name = 'load'), json_object('path', i), randomblob(16) from n`.execute(
    store.database,
  )
  const answer = await app.request('/api/charts?m=load')
  expect([answer.status, await answer.json()]).toEqual([
    422,
    { error: 'series of load: more than 20000', nextStep: 'narrow it to series with one attribute: attr=KEY=VALUE' },
  ])
  const one = await answerOf<ChartsAnswer>(app.request('/api/charts?m=load&attr=path=/one'))
  expect(one.charts[0]?.lines.map(({ attributes }) => attributes)).toEqual([{ path: '/one' }])
})

it('leaves out the least lines of a chart that has more than fifty', async () => {
  await using dashboard = await dashboardWorld()
  const many = Array.from({ length: 60 }, (_, index) => gaugeOf('load', index, { index }))
  await dashboard.world.takeRecords(web.record(1, nowMs - 10_000, many))
  const { charts } = await answerOf<ChartsAnswer>(dashboard.app.request('/api/charts?m=load'))
  expect([charts[0]?.lines.length, charts[0]?.linesLeftOut]).toEqual([50, 10])
  expect(charts[0]?.lines.every(({ attributes }) => Number(attributes['index']) >= 10)).toBe(true)
})

it('gives names of strangers as text: in JSON as they are, in CSV as no formula', async () => {
  const evil = new TestAgent({
    name: '=HYPERLINK("http://evil.example")',
    labels: { site: '<script>alert(1)</script>' },
  })
  await using dashboard = await dashboardWorld()
  await dashboard.world.takeRecords(
    evil.record(1, nowMs - 10_000, [gaugeOf('load', -5, { path: '</script><img src=x onerror=alert(1)>' })]),
  )
  const hosts = await dashboard.app.request('/api/hosts')
  expect(hosts.headers.get('content-type')).toContain('application/json')
  expect(await hosts.json()).toMatchObject({ hosts: [{ labels: { site: '<script>alert(1)</script>' } }] })
  const csv = await dashboard.app.request('/api/export?m=load&from=now-20s&points=1')
  expect(csv.headers.get('content-type')).toContain('text/csv')
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="hostvitals-load.csv"')
  const [, line = ''] = (await csv.text()).split('\r\n')
  expect(line).toContain(`,"'=HYPERLINK(""http://evil.example"")",`)
  expect(line.endsWith(',-5,-5,-5')).toBe(true)
})

it('serves the page under all of its addresses, keeps its assets for ever, and tells it where it lies', async () => {
  await using dashboard = await dashboardWorld({ options: { base: '/vitals' } })
  const { app, pageFolder } = dashboard
  expect(await (await app.request('/')).text()).toContain('npm run build')
  await mkdir(join(pageFolder, 'assets'), { recursive: true })
  const html = '<!doctype html><html><head><script type="module" src="/assets/main-Ab12Cd34.js"></script></head></html>'
  await writeFile(join(pageFolder, 'index.html'), html)
  await writeFile(join(pageFolder, 'assets', 'main-Ab12Cd34.js'), 'export {}')
  for (const address of ['/', '/hosts', `/hosts/${web.agentUid}`, '/compare', '/metrics', '/pipeline', '/events']) {
    const page = await app.request(address)
    expect([address, page.status, page.headers.get('cache-control')]).toEqual([address, 200, 'no-cache'])
    const text = await page.text()
    expect(text).toContain('<meta name="hostvitals-base" content="/vitals">')
    expect(text).toContain('src="/vitals/assets/main-Ab12Cd34.js"')
    const tag = page.headers.get('etag') ?? ''
    expect((await app.request(address, { headers: { 'if-none-match': tag } })).status).toBe(304)
  }
  const script = await app.request('/assets/main-Ab12Cd34.js')
  expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(script.headers.get('content-type')).toContain('text/javascript')
  for (const address of [
    '/assets/..%2Findex.html',
    '/assets/%2e%2e%2findex.html',
    '/assets/nothing.js',
    '/..%2f..%2fetc%2fpasswd',
  ]) {
    expect([address, (await app.request(address)).status]).toEqual([address, 404])
  }
  expect((await app.request('/api/hosts')).headers.get('cache-control')).toBe('no-store')
})
