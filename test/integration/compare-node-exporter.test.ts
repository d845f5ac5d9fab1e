import { expect, it } from 'vitest'
import { groups } from '../../src/host/index.ts'
import { comparisonPage, compareReadings } from '../support/bracketed-comparison.ts'
import { nodeExporterName } from '../support/node-exporter-names.ts'
import { NodeExporter, nodeExporterProblem } from '../support/node-exporter.ts'
import { ownScrape } from '../support/own-scrape.ts'
import { isContinuousIntegration } from '../support/servers.ts'

/** What must have been compared on any machine, of what the groups measure. */
const always = [
  'system.cpu.time',
  'system.cpu.load_average.15m',
  'system.memory.usage',
  'system.memory.linux.available',
  'system.memory.linux.slab.usage',
  'system.paging.faults',
  'system.paging.operations',
  'system.network.io',
  'system.network.packet.count',
  'system.network.errors',
  'system.network.packet.dropped',
  'hostvitals.cpu.context_switches',
  'hostvitals.threads.running',
  'hostvitals.socket.count',
  'hostvitals.network.tcp.segments',
  'hostvitals.file_handle.usage',
  'hostvitals.entropy.available',
  'system.process.created',
]

const problem = nodeExporterProblem()
if (problem !== undefined && !isContinuousIntegration()) process.stderr.write(`skipped: ${problem}\n`)

it.skipIf(problem !== undefined && !isContinuousIntegration())(
  'every number that node_exporter has too is the same number',
  async () => {
    expect(problem).toBeUndefined()
    await using exporter = await NodeExporter.start()
    const comparison = await compareReadings({
      counterpartOf: nodeExporterName,
      theirs: exporter.read,
      ours: ownScrape(),
    })
    process.stdout.write(comparisonPage('node_exporter', comparison))
    expect(comparison.differences).toEqual([])
    const measured = new Set(
      groups.filter(({ isOff }) => !isOff).flatMap(({ metrics }) => metrics.map(({ name }) => name)),
    )
    const missing = always.filter(
      (name) => measured.has(name) && !comparison.compared.some((key) => key.startsWith(`${name} `)),
    )
    expect(missing).toEqual([])
  },
)
