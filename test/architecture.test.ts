import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * The architecture, as a table: which rooms each room may open the door to. `metric/` and `runtime/` are open to all;
 * `runtime/` is the floor and opens none, and the vocabulary stands on the floor alone.
 */
const doors: Readonly<Record<string, readonly string[]>> = {
  metric: [],
  runtime: [],
  config: [],
  host: [],
  sampling: ['host'],
  wire: [],
  spool: [],
  kafka: [],
  store: ['wire'],
  vitals: [],
  query: ['store'],
  dashboard: ['query'],
}

/** What these two may open instead of `metric/` and `runtime/`. */
const floors: Readonly<Record<string, readonly string[]>> = { runtime: [], metric: ['runtime'] }

/** What stands above the rooms wires them together and may open every door: `index.ts`, `producer.ts` …, and the commands. */
const wiring = /^(?:[^/]+$|cli\/)/

/** Which rooms alone may import which package. */
const keepers: Readonly<Record<string, readonly string[]>> = {
  '@babel/code-frame': ['config', 'cli'],
  '@hono/node-server': ['dashboard'],
  '@platformatic/kafka': ['kafka'],
  commander: ['cli'],
  hono: ['dashboard'],
  kysely: ['store', 'query'],
  mysql2: ['store/mysql'],
  'node:child_process': ['config'],
  'node:sqlite': ['store/sqlite', 'spool'],
  pg: ['store/postgres'],
  'pg-copy-streams': ['store/postgres'],
  pino: ['cli'],
  '@preact/signals': ['dashboard/page'],
  'axe-core': [],
  'playwright-core': [],
  preact: ['dashboard/page'],
  uplot: ['dashboard/page'],
  vite: [],
  zod: ['config'],
}

/** One dialect never learns from another; what two share stands above them. */
const dialects = ['store/postgres/', 'store/mysql/', 'store/sqlite/'] as const

const repository = join(import.meta.dirname, '..')
const src = join(repository, 'src')
const everything = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path))
const sources = everything.filter((path) => !/\.test\.tsx?$/.test(path))

const imports = [
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s+['"]([^'"]+)['"]/gm,
  /^\s*import\s+['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]/g,
]

function textOf(path: string): string {
  return readFileSync(join(src, path), 'utf8')
}

/** The text without comments, so that prose breaks no rule. */
function codeOf(path: string): string {
  return textOf(path)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '')
}

function importsOf(path: string): readonly string[] {
  return imports.flatMap((pattern) => [...codeOf(path).matchAll(pattern)].map(([, target = '']) => target))
}

function packageOf(target: string): string {
  if (target.startsWith('node:')) return target
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')
}

/** `path: text` of every line of the code that matches. */
function linesMatching(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) => {
    const code = codeOf(path).split('\n')
    return code.filter((line) => pattern.test(line)).map((line) => `src/${path}: ${line.trim()}`)
  })
}

/** What is wrong with this import, if anything. */
function faultOf(path: string, target: string): readonly string[] {
  if (!target.startsWith('.')) {
    const rooms = keepers[packageOf(target)]
    const isKept = rooms === undefined || rooms.some((keeper) => path.startsWith(`${keeper}/`))
    return isKept ? [] : [`${target} belongs to ${rooms.join(', ') || 'nobody'}`]
  }
  const file = relative(src, join(src, dirname(path), target))
  const isTestSupport = file.startsWith('../test/') && !sources.includes(path)
  if (isTestSupport || wiring.test(path)) return []
  const room = path.split('/')[0] ?? ''
  const open = [room, ...(floors[room] ?? ['metric', 'runtime']), ...(doors[room] ?? [])]
  return open.includes(file.split('/')[0] ?? '') ? [] : [`${room}/ has no door to ${file}`]
}

describe('doors', () => {
  it.each(everything)('src/%s opens only its own', (path) => {
    expect(importsOf(path).flatMap((target) => faultOf(path, target))).toEqual([])
  })

  it('every room is in the table', () => {
    const rooms = new Set(everything.filter((path) => path.includes('/')).map((path) => path.split('/')[0]))
    rooms.delete('cli')
    expect([...rooms].filter((room) => room !== undefined && !Object.hasOwn(doors, room))).toEqual([])
  })

  it('the page in the browser knows its own files, three packages and the types of its contract', () => {
    const page = everything.filter((path) => path.startsWith('dashboard/page/'))
    const strays = page.flatMap((path) =>
      importsOf(path)
        .filter((target) => {
          const file = relative(src, join(src, dirname(path), target))
          if (target.startsWith('.')) return !file.startsWith('dashboard/page/') && file !== 'dashboard/api.ts'
          const isOfTests = target === 'vitest' && !sources.includes(path)
          return !isOfTests && !['preact', '@preact/signals', 'uplot'].includes(packageOf(target))
        })
        .map((target) => `${path} imports ${target}`),
    )
    const values = linesMatching(page, /^import (?!type\b).*\/api\.ts'/)
    const borders = everything
      .filter((path) => !path.startsWith('dashboard/page/'))
      .filter((path) => importsOf(path).some((target) => join(dirname(path), target).startsWith('dashboard/page/')))
    expect([...strays, ...values, ...borders]).toEqual([])
    expect(page.length).toBeGreaterThan(0)
  })

  it('no dialect imports another', () => {
    const crossings = everything.flatMap((path) => {
      const home = dialects.find((dialect) => path.startsWith(dialect))
      if (home === undefined) return []
      return importsOf(path)
        .map((target) => join(dirname(path), target))
        .filter((target) => dialects.some((dialect) => dialect !== home && target.startsWith(dialect)))
        .map((target) => `${path} imports ${target}`)
    })
    expect(crossings).toEqual([])
  })
})

describe('files', () => {
  it('none is longer than 300 lines', () => {
    const written = ['src', 'test', 'examples', 'bench', 'tools'].flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.(?:tsx?|mjs)$/.test(path) && !path.includes('node_modules'))
        .map((path) => join(folder, path)),
    )
    const lengths = written.map((path) => ({
      path,
      lines: readFileSync(join(repository, path), 'utf8').trimEnd().split('\n').length,
    }))
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([])
  })

  it('each is named after its one idea', () => {
    const vague =
      /(?:^|\/)(?:types?|common|misc|shared|(?:[\w-]+-)?(?:utils?|helpers?|managers?))(?:\.test)?(?:\.tsx?$|\/)/
    expect(everything.filter((path) => vague.test(path))).toEqual([])
  })
})

describe('code', () => {
  it('has no default export', () => {
    expect(linesMatching(sources, /^export default\b/)).toEqual([])
  })

  it('has no mutable value at the level of a module', () => {
    expect(linesMatching(sources, /^(?:export )?(?:let|var)\b/)).toEqual([])
  })

  it('has no any', () => {
    expect(linesMatching(sources, /[:<,|(=[]\s*any\b(?!['":])|\bas any\b|\bany\[\]/)).toEqual([])
  })

  it('has no non-null assertion', () => {
    expect(linesMatching(sources, /[\w)\]]!(?=[.;,)\]\s[]|$)(?!=)/)).toEqual([])
  })

  it('mutes no check by comment', () => {
    const mute =
      /@ts-(?:ignore|expect-error|nocheck)|(?:eslint|oxlint|biome)-(?:disable|ignore)|(?:c8|v8|istanbul) ignore/
    expect(everything.filter((path) => mute.test(textOf(path)))).toEqual([])
  })

  it('writes nothing by console', () => {
    expect(linesMatching(sources, /\bconsole\.\w+\(/)).toEqual([])
  })

  it('takes time and chance as arguments, outside runtime/', () => {
    const ambient = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(/
    const rooms = sources.filter((path) => !path.startsWith('runtime/') && !wiring.test(path))
    expect(linesMatching(rooms, ambient)).toEqual([])
  })

  it('reads the environment only in config/ and in the wiring', () => {
    const rooms = sources.filter((path) => !path.startsWith('config/') && !wiring.test(path))
    expect(linesMatching(rooms, /\bprocess\.env\b/)).toEqual([])
  })

  it('documents every exported declaration', () => {
    const declaration =
      /^export (?:default )?(?:abstract )?(?:async )?(?:function|class|interface|type|const|enum)\*? (?<name>\w+)/
    const silent = sources.flatMap((path) => {
      const lines = textOf(path).split('\n')
      // Of an overloaded function the first signature carries the words.
      const overloaded = new Set<string>()
      return lines.flatMap((line, index) => {
        const name = declaration.exec(line)?.groups?.['name']
        if (name === undefined || overloaded.has(name)) return []
        if (line.startsWith('export function')) overloaded.add(name)
        const above = lines.slice(0, index).findLast((before) => !/^\s*(?:@|\/\/|$)/.test(before))
        return above?.trimEnd().endsWith('*/') === true ? [] : [`src/${path}:${index + 1}: ${line}`]
      })
    })
    expect(silent).toEqual([])
  })
})
