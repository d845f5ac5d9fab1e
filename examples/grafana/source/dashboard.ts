import type { GrafanaDatabase } from './databases.ts'
import { choicePattern, hostChoiceSql, timerChoiceSql } from './host-sql.ts'
import { type Panel, panels } from './panels.ts'

const columns = 24
const steps = [
  { text: '1 minute', value: '60' },
  { text: '10 minutes', value: '600' },
  { text: '1 hour', value: '3600' },
] as const

/** A shape and a word beside the colour, for who does not see colours. */
const states = {
  up: { text: '● up', color: 'green', index: 0 },
  late: { text: '◐ late', color: 'yellow', index: 1 },
  down: { text: '○ down', color: 'red', index: 2 },
} as const

/** The dashboard of a database as Grafana imports it, written as JSON. */
export function dashboardJson(database: GrafanaDatabase): string {
  return `${JSON.stringify(dashboard(database), undefined, 2)}\n`
}

function dashboard(database: GrafanaDatabase): Readonly<Record<string, unknown>> {
  const { plugin } = database
  return {
    __inputs: [
      {
        name: 'DS_HOSTVITALS',
        label: 'hostvitals',
        description: 'The database that hostvitals keeps metrics in',
        type: 'datasource',
        pluginId: plugin.id,
        pluginName: plugin.name,
      },
    ],
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version: '11.0.0' },
      { type: 'datasource', id: plugin.id, name: plugin.name, version: '1.0.0' },
    ],
    uid: 'hostvitals',
    title: 'hostvitals',
    description: 'Hosts over the views of hostvitals. Written by `npm run docs` from examples/grafana/source/.',
    tags: ['hostvitals'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: { list: variables(database) },
    annotations: { list: [] },
    panels: placed(panels).map(({ panel, place }, index) => panelJson(database, panel, { id: index + 1, place })),
  }
}

function variables(database: GrafanaDatabase): readonly unknown[] {
  return [
    {
      ...choice(database, { name: 'host', label: 'Host', sql: hostChoiceSql(database) }),
      multi: true,
    },
    {
      name: 'step',
      label: 'Step',
      description:
        'Readings by the minute, or the tiers of ten minutes and of an hour: choose it by how far you look back',
      type: 'custom',
      query: steps.map(({ text, value }) => `${text} : ${value}`).join(','),
      options: steps.map((step, index) => ({ ...step, selected: index === 0 })),
      current: { ...steps[0], selected: true },
      multi: false,
      includeAll: false,
      hide: 0,
      skipUrlSync: false,
    },
    {
      ...choice(database, { name: 'timer', label: 'Timer', sql: timerChoiceSql(database) }),
      multi: false,
    },
  ]
}

interface Choice {
  readonly name: string
  readonly label: string
  readonly sql: string
}

function choice(database: GrafanaDatabase, { name, label, sql }: Choice): Readonly<Record<string, unknown>> {
  return {
    name,
    label,
    type: 'query',
    datasource: dataSource(database),
    definition: sql,
    query: sql,
    regex: choicePattern,
    // Once, when the dashboard is opened.
    refresh: 1,
    sort: 0,
    includeAll: false,
    hide: 0,
    skipUrlSync: false,
    current: {},
    options: [],
  }
}

interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** From left to right, a new row where one is full. */
function placed(all: readonly Panel[]): readonly { readonly panel: Panel; readonly place: Place }[] {
  let [x, y] = [0, 0]
  return all.map((panel) => {
    if (x + panel.width > columns) [x, y] = [0, y + panel.height]
    const place = { x, y, w: panel.width, h: panel.height }
    x += panel.width
    return { panel, place }
  })
}

function panelJson(
  database: GrafanaDatabase,
  panel: Panel,
  { id, place }: { readonly id: number; readonly place: Place },
): Readonly<Record<string, unknown>> {
  const datasource = dataSource(database)
  const format = panel.type === 'timeseries' ? 'time series' : 'table'
  return {
    id,
    title: panel.title,
    ...(panel.description === undefined ? {} : { description: panel.description }),
    type: panel.type,
    gridPos: place,
    datasource,
    targets: [{ refId: 'A', datasource, ...database.query(panel.sql(database), format) }],
    ...shown(panel),
  }
}

function shown(panel: Panel): Readonly<Record<string, unknown>> {
  switch (panel.type) {
    case 'stat':
      return {
        fieldConfig: {
          defaults: { decimals: 0 },
          overrides: Object.entries(states).map(([name, { text, color }]) =>
            override(name, { displayName: text, color: { mode: 'fixed', fixedColor: color } }),
          ),
        },
        options: { reduceOptions: { values: false, calcs: ['lastNotNull'], fields: '' }, orientation: 'horizontal' },
      }
    case 'table':
      return {
        fieldConfig: {
          defaults: {},
          overrides: [
            override('host', {
              links: [{ title: 'Show this host', url: '/d/hostvitals?var-host=${__data.fields.host_id}' }],
            }),
            override('host_id', { 'custom.hidden': true }),
            override('state', {
              mappings: [{ type: 'value', options: states }],
              'custom.cellOptions': { type: 'color-text' },
            }),
            override('seen', { displayName: 'last seen', unit: 'dateTimeFromNow' }),
            override('interval_seconds', { displayName: 'every', unit: 's' }),
          ],
        },
        options: { showHeader: true },
      }
    case 'timeseries':
      return {
        fieldConfig: { defaults: lineDefaults(panel), overrides: [] },
        options: {
          legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
          tooltip: { mode: 'multi', sort: 'desc' },
        },
      }
  }
}

function lineDefaults({ unit, most, title }: Panel): Readonly<Record<string, unknown>> {
  const isOfSeveralColumns = title.includes('p50')
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(most === undefined ? {} : { min: 0, max: most }),
    displayName: isOfSeveralColumns ? '${__field.labels.line} ${__field.name}' : '${__field.labels.line}',
    custom: {
      drawStyle: 'line',
      lineInterpolation: 'linear',
      lineWidth: 1,
      fillOpacity: 5,
      // A step without a reading is a gap, which no line joins; a reading alone is a dot.
      spanNulls: false,
      showPoints: 'auto',
    },
  }
}

function override(field: string, properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    matcher: { id: 'byName', options: field },
    properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
  }
}

function dataSource({ plugin }: GrafanaDatabase): Readonly<Record<string, string>> {
  return { type: plugin.id, uid: '${DS_HOSTVITALS}' }
}
