// Checks what would be published: builds, packs, installs the package into an empty folder and runs it there under plain Node,
// as a person would. Usage: npm run smoke
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'hostvitals-smoke-'))
const npmCli = process.env.npm_execpath

// Types, so that they are stripped; nobody listens on port 1.
const kafkaConfig = `import { defineKafka } from 'hostvitals'
const brokers: string[] = ['127.0.0.1:1']
export default defineKafka({ brokers })
`
const producerConfig = `import { defineProducer, host } from 'hostvitals'
const interval: string = '1s'
export default defineProducer({ interval, stateFolder: 'state', metrics: [host()] })
`

/** Runs a command to its end; its stdout. Throws with all it said when it fails. */
function run(file, args, cwd) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  expectThat(status === 0, `${args.join(' ')} failed:\n${stdout}${stderr}`)
  return stdout
}

/** Runs npm as npm itself was started, so that no other npm of the machine answers. */
function npm(args, cwd) {
  const [file, ...first] = npmCli ? [process.execPath, npmCli] : ['npm']
  return run(file, [...first, ...args, '--loglevel=error'], cwd)
}

function expectThat(holds, sentence) {
  if (!holds) throw new Error(sentence)
}

try {
  npm(['run', 'build'], root)
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`], root))
  const stray = packed.files.filter(({ path }) => /\.test\.|^(?:src|test|tools|bench)\//.test(path))
  expectThat(stray.length === 0, `these do not belong in the package: ${stray.map(({ path }) => path).join(', ')}`)
  expectThat(
    packed.files.some(({ path }) => path === 'dist/index.d.ts'),
    'the package lacks its types, dist/index.d.ts',
  )
  for (const path of [/^dist\/page\/index\.html$/, /^dist\/page\/assets\/index-.+\.js$/]) {
    expectThat(
      packed.files.some((file) => path.test(file.path)),
      `the package lacks the dashboard's page: ${path.source}`,
    )
  }

  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  npm(['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', `./${packed.filename}`], folder)
  const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
  expectThat(!installed.includes('vitest'), 'a user gets our development tools')

  const program = join(folder, 'node_modules/hostvitals/dist/cli/main.js')
  const help = run(process.execPath, [program, '--help'], folder)
  expectThat(/^Usage: hostvitals/m.test(help), `hostvitals --help says:\n${help}`)
  const keys = "import('hostvitals').then((all) => console.log(Object.keys(all).join(' ')))"
  const exported = run(process.execPath, ['--eval', keys], folder).trim()
  for (const name of ['defineKafka', 'defineProducer', 'defineConsumer', 'createProducer', 'gauge']) {
    expectThat(exported.split(' ').includes(name), `'hostvitals' does not export ${name}: ${exported}`)
  }

  writeFileSync(join(folder, 'kafka.config.ts'), kafkaConfig)
  writeFileSync(join(folder, 'producer.config.ts'), producerConfig)
  const produced = run(process.execPath, [program, 'produce', '--for', '2s'], folder)
  expectThat(
    /"role.started"[^]*"kafka.failing"[^]*"role.stopped"/.test(produced),
    `hostvitals produce says:\n${produced}`,
  )
  process.stdout.write(
    `smoke: ${packed.filename}, ${Math.round(packed.size / 1024)} KiB, ${packed.files.length} files, installed and ran\n`,
  )
} catch (error) {
  process.stderr.write(`smoke: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
