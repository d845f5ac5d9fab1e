import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const folder = join(import.meta.dirname, '../../dist/page')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.\w+$/.test(path))

function textOf(path: string): string {
  return readFileSync(join(folder, path), 'utf8')
}

describe('the built page', () => {
  it('has at most 60 KB of script, compressed', () => {
    const scripts = files.filter((path) => path.endsWith('.js'))
    const bytes = scripts.reduce((sum, path) => sum + gzipSync(textOf(path), { level: 9 }).byteLength, 0)
    expect(bytes).toBeGreaterThan(10_000)
    expect(bytes).toBeLessThanOrEqual(60 * 1024)
  })

  it('has nothing inline, which its policy refuses', () => {
    const html = textOf('index.html')
    expect(html).toContain('<script')
    expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>|<style|\bstyle=|\bon\w+=/g)).toBeNull()
  })

  it('asks nobody else for anything', () => {
    const strangers = files.flatMap((path) =>
      [...textOf(path).matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => `${path}: ${address}`),
    )
    // The name of SVG's language is no address that is asked.
    expect(strangers.filter((each) => !each.endsWith('http://www.w3.org'))).toEqual([])
  })

  it('is addressed from where it lies, behind any path of a proxy', () => {
    const addresses = [...textOf('index.html').matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)
    expect(addresses.length).toBeGreaterThan(2)
    expect(addresses.filter((address) => address?.startsWith('./') !== true)).toEqual([])
  })
})
