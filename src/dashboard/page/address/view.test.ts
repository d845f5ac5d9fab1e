import { describe, expect, it } from 'vitest'
import { hrefOf, parseView, toPage, withOption } from './view.ts'

function roundTrip(pathname: string, search: string): string {
  return hrefOf(parseView(pathname, search))
}

describe('an address', () => {
  it.each([
    ['/', '', './'],
    ['/hosts', '', './'],
    ['/metrics', '?q=disk', './metrics?q=disk'],
    ['/hosts', '?from=now-1d&host=a', './hosts?from=now-1d&to=now&host=a'],
    [
      '/compare',
      '?host=a,b&m=system.cpu.utilization&as=sum',
      './compare?host=a&host=b&m=system.cpu.utilization&as=sum',
    ],
    [
      '/compare',
      '?from=2026-11-24T10:00:00Z&to=2026-11-24T11:00:00Z',
      './compare?from=2026-11-24T10:00:00Z&to=2026-11-24T11:00:00Z',
    ],
  ])('%s%s is written as %s, and read as it was', (pathname, search, href) => {
    expect(roundTrip(pathname, search)).toBe(href)
    const url = new URL(href, 'http://127.0.0.1/')
    expect(parseView(url.pathname, url.search)).toEqual(parseView(pathname, search))
  })

  it('stands behind any base path', () => {
    expect(parseView('/ops/hostvitals/compare', '').page).toBe('compare')
    expect(parseView('/ops/hostvitals/', '').page).toBe('hosts')
    expect(parseView('/ops/hostvitals/hosts', '?host=a').page).toBe('host')
  })

  it('leaves out what makes no sense', () => {
    const view = parseView('/nonsense', '?from=<script>&to=never&host=&m=,')
    expect(view).toEqual({ page: 'hosts', range: { from: 'now-1h', to: 'now' }, hosts: [], metrics: [], options: {} })
  })

  it('writes what strangers named as text of an address', () => {
    const view = toPage(parseView('/', ''), 'host', { hosts: ['"><script>&m=x'] })
    expect(hrefOf(view)).toBe('./hosts?host=%22%3E%3Cscript%3E%26m%3Dx')
  })

  it('names a range that was chosen, even where it is what others would get as well', () => {
    expect(roundTrip('/compare', '?from=now-1h')).toBe('./compare?from=now-1h&to=now')
    expect(roundTrip('/compare', '')).toBe('./compare')
  })

  it('loses an option that is emptied', () => {
    const view = withOption(parseView('/', '?q=web&sort=name'), 'q', '')
    expect(hrefOf(view)).toBe('./?sort=name')
  })

  it('keeps the range from page to page', () => {
    expect(hrefOf(toPage(parseView('/hosts', '?host=a&from=now-7d&q=x'), 'events'))).toBe('./events?from=now-7d&to=now')
  })
})
