/** What Grafana knows when it puts a query together. */
export interface GrafanaAsked {
  readonly fromMs: number
  readonly toMs: number
  /** The values that were chosen, by the variable's name. */
  readonly variables: Readonly<Record<string, readonly string[]>>
}

/**
 * The SQL that Grafana would send. First the variables, in the browser: `$name`, `${name}` and `${name:csv}`
 * (grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax, and .../add-template-variables for `$__from`, `$__to`,
 * milliseconds since 1970). Then the macros of the data source, on Grafana's server. Throws at what it does not know.
 */
export function grafanaSql(sql: string, plugin: string, asked: GrafanaAsked): string {
  const replaced = sql.replaceAll(
    /\$(?!__(?:time|unixEpoch))(?:\{(\w+)(?::(csv))?\}|(\w+))/g,
    (_, braced: string | undefined, format: string | undefined, bare: string | undefined) => {
      const values = valuesOf(asked, braced ?? bare ?? '')
      if (format === undefined && values.length !== 1) throw new Error(`$${braced ?? bare} has several values`)
      return values.join(',')
    },
  )
  return replaced.replaceAll(/\$__(\w+)\(([^)]*)\)/g, (_, name: string, args: string) =>
    macro(
      plugin,
      name,
      args.split(',').map((each) => each.trim()),
      asked,
    ),
  )
}

function valuesOf({ fromMs, toMs, variables }: GrafanaAsked, name: string): readonly string[] {
  const builtIn: Readonly<Record<string, number>> = { __from: fromMs, __to: toMs }
  const values = name in builtIn ? [String(builtIn[name])] : variables[name]
  if (values === undefined || values.length === 0) throw new Error(`nothing was chosen for $${name}`)
  return values
}

function macro(plugin: string, name: string, args: readonly string[], asked: GrafanaAsked): string {
  switch (plugin) {
    case 'grafana-postgresql-datasource':
      return postgresMacro(name, args, asked)
    case 'mysql':
      return mysqlMacro(name, args, asked)
    case 'frser-sqlite-datasource':
      return sqliteMacro(name, args)
    default:
      throw new Error(`a data source ${plugin} is not known here`)
  }
}

/** grafana.com/docs/grafana/latest/datasources/postgres/query-editor, "Macros". */
function postgresMacro(name: string, [column = '', interval = '']: readonly string[], asked: GrafanaAsked): string {
  if (name === 'timeFilter') return `${column} BETWEEN '${isoTime(asked.fromMs)}' AND '${isoTime(asked.toMs)}'`
  if (name === 'timeGroup') {
    const seconds = secondsOf(interval)
    return `floor(extract(epoch from ${column})/${seconds})*${seconds}`
  }
  throw new Error(`$__${name} is not known here`)
}

/** grafana.com/docs/grafana/latest/datasources/mysql/query-editor, "Macros". */
function mysqlMacro(name: string, [column = '', interval = '']: readonly string[], asked: GrafanaAsked): string {
  const [from, to] = [asked.fromMs, asked.toMs].map((ms) => `FROM_UNIXTIME(${Math.floor(ms / 1000)})`)
  if (name === 'timeFilter') return `${column} BETWEEN ${from} AND ${to}`
  if (name === 'timeGroup') {
    const seconds = secondsOf(interval)
    return `UNIX_TIMESTAMP(${column}) DIV ${seconds} * ${seconds}`
  }
  throw new Error(`$__${name} is not known here`)
}

/** github.com/fr-ser/grafana-sqlite-datasource, "Macros": the step is a whole number, and nothing is computed in it. */
function sqliteMacro(name: string, [column = '', step = '']: readonly string[]): string {
  if (name !== 'unixEpochGroupSeconds') throw new Error(`$__${name} is not known here`)
  if (!/^\d+$/.test(step)) throw new Error(`$__${name}: ${step} is no whole number`)
  return `cast((${column} / ${step}) as int) * ${step}`
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

function secondsOf(interval: string): number {
  const [, seconds] = /^'(\d+)s'$/.exec(interval) ?? []
  if (seconds === undefined) throw new Error(`the interval ${interval} is not known here`)
  return Number(seconds)
}
