import { readFileSync } from 'node:fs'
import { z } from 'zod'

const target = z.union([
  z.object({ rawSql: z.string(), format: z.enum(['table', 'time_series']) }),
  z.object({ rawQueryText: z.string(), queryType: z.enum(['table', 'time series']), timeColumns: z.array(z.string()) }),
])
const dashboard = z.object({
  __inputs: z.tuple([z.object({ pluginId: z.string() })]),
  templating: z.object({
    list: z.array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('query'), name: z.string(), query: z.string(), regex: z.string() }),
        z.object({ type: z.literal('custom'), name: z.string(), query: z.string() }),
      ]),
    ),
  }),
  panels: z.array(z.object({ title: z.string(), type: z.string(), targets: z.tuple([target]) })),
})

/** A query as it stands in a dashboard's file. */
export interface DashboardQuery {
  readonly title: string
  readonly isOverTime: boolean
  readonly sql: string
}

/** What is asked of a database by a dashboard. */
export interface GrafanaDashboard {
  readonly plugin: string
  readonly panels: readonly DashboardQuery[]
  /** A variable's query, and how its text and value are found in what it gives. */
  readonly choices: readonly { readonly name: string; readonly sql: string; readonly pattern: RegExp }[]
}

/** Reads one of examples/grafana; throws at what Grafana would not understand. */
export function readDashboard(file: string): GrafanaDashboard {
  const text = readFileSync(new URL(`../../examples/grafana/${file}`, import.meta.url), 'utf8')
  const { __inputs: inputs, templating, panels } = dashboard.parse(JSON.parse(text))
  return {
    plugin: inputs[0].pluginId,
    panels: panels.map(({ title, targets: [query] }) => ({
      title,
      isOverTime: 'format' in query ? query.format === 'time_series' : query.queryType === 'time series',
      sql: 'rawSql' in query ? query.rawSql : query.rawQueryText,
    })),
    choices: templating.list.flatMap((variable) =>
      variable.type === 'query'
        ? [{ name: variable.name, sql: variable.query, pattern: new RegExp(variable.regex.slice(1, -1)) }]
        : [],
    ),
  }
}
