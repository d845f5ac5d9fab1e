// Writes the pages of docs/ and the dashboards of examples/ that come from the source: npm run docs
import { writeFileSync } from 'node:fs'
import { dashboardJson } from '../examples/grafana/source/dashboard.ts'
import { grafanaDatabases } from '../examples/grafana/source/databases.ts'
import { configurationPage } from '../src/config/configuration-page.ts'
import { groups } from '../src/host/index.ts'
import { metricsPage } from '../src/host/metrics-page.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage())
writeFileSync(new URL('../docs/METRICS.md', import.meta.url), metricsPage(groups))
for (const database of grafanaDatabases) {
  writeFileSync(new URL(`../examples/grafana/${database.file}`, import.meta.url), dashboardJson(database))
}
