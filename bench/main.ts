// One file for each border between rooms, measured: npm run bench -- NAME [options of its own] [--json]

const benchmarks: Readonly<Record<string, () => Promise<{ run: (args: readonly string[]) => Promise<void> | void }>>> =
  {
    wire: () => import('./wire.ts'),
    ingest: () => import('./ingest.ts'),
    agent: () => import('./agent.ts'),
    rollup: () => import('./rollup.ts'),
    latency: () => import('./latency.ts'),
    growth: () => import('./growth.ts'),
    spool: () => import('./spool.ts'),
    memory: () => import('./memory.ts'),
    fleet: () => import('./fleet.ts'),
    peers: () => import('./peers.ts'),
    hottest: () => import('./hottest.ts'),
    all: () => import('./all.ts'),
    start: () => import('./start.ts'),
    dashboard: () => import('./dashboard.ts'),
    query: () => import('./query.ts'),
  }

const [name = '', ...args] = process.argv.slice(2)
const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined
if (benchmark === undefined) {
  process.stderr.write(`hostvitals: npm run bench -- NAME, one of: ${Object.keys(benchmarks).join(', ')}\n`)
  process.exitCode = 2
} else {
  const { run } = await benchmark()
  await run(args)
}
