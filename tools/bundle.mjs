// Bundles, after the compiler, what an agent would pay dearly for in memory: of two packages it needs a small part, and neither
// lets that part be imported alone. The built file that names the part takes it up, and the rest stays out; everything else is
// published as it was compiled. What is left out is named below, and a version of a package where it is not found any more fails
// the build. docs/decisions/0170-an-agent-loads-what-it-needs.md says why. Usage: node tools/bundle.mjs (npm run build calls it)
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const dist = join(import.meta.dirname, '../dist')
const parts = ['kafka/producer-client.js', 'config/zod.js']

/** What is another in the bundle, by where it stands, and what it is there. */
const replacements = [
  // Requests that a producer never makes. They are looked up by their names, so that no bundler sees which are needed.
  [/@platformatic\/kafka\/dist\/apis\/(?:admin|consumer|telemetry)\/index\.js$/, () => 'export {}'],
  // Rules for the client's options, compiled at import and asked only under its option `strict`, which is off.
  [/\/ajv\/dist\/2020\.js$/, () => 'export class Ajv2020 { addKeyword() {} compile() { return () => true } }'],
  // Its own checksum in JavaScript: a record a second is no work, and WebAssembly and a native library are 5 MB.
  [/@platformatic\/kafka\/dist\/protocol\/crc32c\.js$/, javascriptChecksum],
  // TLS, imported whole even where nobody asks for it, is 6 MB: Node gives it at the first connection that does.
  [/@platformatic\/kafka\/dist\/network\/connection\.js$/, tlsWhenAsked],
  // Compressions other than ours, zstd, which is Node's.
  [
    /@platformatic\/wasm-utils\/dist\/index\.js$/,
    () => ['lz4Compress', 'lz4Decompress', 'snappyCompress', 'snappyDecompress', 'crc32c'].map(refused).join('\n'),
  ],
]

function javascriptChecksum(text) {
  const chosen = 'export const crc32c = loadNativeCRC32C() ?? wasmCRC32C;'
  if (!text.includes(chosen)) throw new Error('the Kafka client chooses its checksum in another way now')
  return text.replace(chosen, 'export const crc32c = jsCRC32C;')
}

function tlsWhenAsked(text) {
  const imported = "import { connect as createTLSConnection } from 'node:tls';"
  if (!text.includes(imported)) throw new Error('the Kafka client imports TLS in another way now')
  return text.replace(
    imported,
    "const createTLSConnection = (...given) => process.getBuiltinModule('node:tls').connect(...given);",
  )
}

function refused(name) {
  return `export function ${name}() { throw new Error('${name} is no part of the Kafka client of a producer') }`
}

const found = new Set()
const slim = {
  name: 'slim',
  load: {
    filter: { id: replacements.map(([place]) => place) },
    handler: (id) => {
      const [place, replacement] = replacements.find(([candidate]) => candidate.test(id))
      found.add(place)
      return replacement(readFileSync(id, 'utf8'))
    },
  },
}

const manifests = new Set()
for (const part of parts) {
  const file = join(dist, part)
  const bundle = await rolldown({
    input: file,
    platform: 'node',
    plugins: [slim],
    treeshake: { moduleSideEffects: (id) => !/\/node_modules\/(?:@platformatic|mnemonist|zod)\//.test(id) },
  })
  const { output } = await bundle.write({ file, format: 'esm', comments: false })
  await bundle.close()
  for (const id of output.flatMap(({ modules = {} }) => Object.keys(modules))) {
    if (id.startsWith('/') && id.includes('/node_modules/')) manifests.add(manifestOf(id))
  }
}
const missed = replacements.filter(([place]) => !found.has(place)).map(([place]) => String(place))
if (missed.length > 0) throw new Error(`the Kafka client no longer has ${missed.join(', ')}`)

// Who takes up a package's code passes on its licence.
const licences = [...manifests].toSorted((a, b) => a.localeCompare(b)).map(licenceOf)
writeFileSync(join(dist, 'bundled-licences.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`))

/** The package.json of the whole package: some have more of them, which only say which sort of module a folder has. */
function manifestOf(id) {
  for (let place = id; ; place = dirname(dirname(place))) {
    place = findPackageJSON(pathToFileURL(place))
    if (JSON.parse(readFileSync(place, 'utf8')).version !== undefined) return place
  }
}

function licenceOf(manifest) {
  const { name, version, license } = JSON.parse(readFileSync(manifest, 'utf8'))
  const file = readdirSync(dirname(manifest)).find((each) => /^licen[cs]e(?:\.|$)/i.test(each))
  if (file === undefined) throw new Error(`${name} says nowhere how it is licensed`)
  return `${name} ${version}, ${license}\n\n${readFileSync(join(dirname(manifest), file), 'utf8').trim()}\n`
}
