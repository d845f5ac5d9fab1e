// Writes the pages of docs/ that come from the source: npm run docs
import { writeFileSync } from 'node:fs'
import { configurationPage } from '../src/config/configuration-page.ts'
import { groups } from '../src/host/index.ts'
import { metricsPage } from '../src/host/metrics-page.ts'

writeFileSync(new URL('../docs/configuration.md', import.meta.url), configurationPage())
writeFileSync(new URL('../docs/METRICS.md', import.meta.url), metricsPage(groups))
