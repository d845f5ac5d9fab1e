/** What `init` asks, or takes for granted. */
export interface InitAnswers {
  readonly brokers: readonly string[]
  readonly store: 'postgres' | 'mysql' | 'sqlite'
}

/** One file that `init` writes. */
export interface InitFile {
  readonly name: string
  readonly text: string
}

const stores = {
  postgres: "postgres({ url: secret('DATABASE_URL') })",
  mysql: "mysql({ url: secret('DATABASE_URL') })",
  sqlite: "sqlite('metrics.db')",
} as const

/** The files of a new configuration, in the order in which they are told. */
export function initFiles(answers: InitAnswers, version: string): readonly InitFile[] {
  const packageJson = { private: true, type: 'module', devDependencies: { hostvitals: `^${version}` } }
  const tsconfig = {
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      strict: true,
      noEmit: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
    },
    include: ['*.ts'],
  }
  return [
    file('kafka.config.ts', kafkaLines(answers)),
    file('producer.config.ts', producerLines),
    file('consumer.config.ts', consumerLines(answers)),
    file('package.json', [JSON.stringify(packageJson, undefined, 2)]),
    file('tsconfig.json', [JSON.stringify(tsconfig, undefined, 2)]),
    file('.env.example', envLines(answers)),
    file('.gitignore', ['.env', 'keys/', '.hostvitals/', 'node_modules/', 'metrics.db*']),
  ]
}

function file(name: string, lines: readonly string[]): InitFile {
  return { name, text: `${lines.join('\n')}\n` }
}

function kafkaLines({ brokers }: InitAnswers): readonly string[] {
  return [
    "import { defineKafka } from 'hostvitals'",
    '',
    '// How to reach Kafka; shared by hosts and consumers.',
    'export default defineKafka({',
    `  brokers: [${brokers.map(quoted).join(', ')}],`,
    '  // Paths are relative to this file; {} trusts the CAs of the system. cert and key are for mutual TLS.',
    "  // tls: { ca: 'keys/ca.pem', cert: 'keys/client.pem', key: 'keys/client.key' },",
    '  // import { secret } too: it reads the environment, .env, KAFKA_PASSWORD_FILE or the credentials of systemd.',
    "  // sasl: { mechanism: 'scram-sha-512', username: 'hostvitals', password: secret('KAFKA_PASSWORD') },",
    '})',
  ]
}

const producerLines = [
  "import { cpuPercent, defineProducer, diskUsage, gauge, host } from 'hostvitals'",
  '',
  '// What this host measures. A metric is a name and a function; one that fails is a gap and never harms the others.',
  'export default defineProducer({',
  "  interval: '10s',",
  '  host: { labels: {} },',
  '  metrics: [',
  '    host(),',
  "    gauge('cpu.percent', cpuPercent),",
  "    gauge('disk.usage.percent', () => diskUsage('/').percent),",
  "    // counter('mail.delivered', readDelivered, { unit: '{message}' }),",
  "    // timer('api.health', () => fetch('http://127.0.0.1:3000/healthz'), { interval: '30s', timeout: '3s' }),",
  '  ],',
  '})',
]

function consumerLines({ store }: InitAnswers): readonly string[] {
  const names = ['defineConsumer', ...(store === 'sqlite' ? ['sqlite'] : [store, 'secret'])]
  const others = Object.entries(stores).filter(([kind]) => kind !== store)
  return [
    `import { ${names.join(', ')} } from 'hostvitals'`,
    '',
    '// Where the metrics are kept, and for how long.',
    'export default defineConsumer({',
    `  store: ${stores[store]},`,
    `  // Or, imported likewise: ${others.map(([, text]) => text).join(', ')}`,
    "  retention: { raw: '14d', tenMinutes: '90d', hours: '2y' },",
    "  dashboard: { pins: ['cpu.percent', 'disk.usage.percent'] },",
    '})',
  ]
}

function envLines({ store }: InitAnswers): readonly string[] {
  const scheme = store === 'mysql' ? 'mysql' : 'postgres'
  return [
    '# Copy to .env, which is read when it stands beside the configuration. What is set already wins.',
    `${store === 'sqlite' ? '# ' : ''}DATABASE_URL=${scheme}://hostvitals:password@localhost/metrics`,
    '# KAFKA_PASSWORD=password',
  ]
}

/** A text as code, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
