import { useMemo } from 'preact/hooks'
import type { JSX } from 'preact'
import type { CatalogueRow, MetricsAnswer } from '../../api.ts'
import { useApp } from '../app.ts'
import { toPage, withOption } from '../address/view.ts'
import { useAnswer } from '../data/use-answer.ts'
import { formatNumber, formatValue, unitWords } from '../format/unit.ts'
import { Failure, Loading } from '../parts/failure.tsx'
import { FilterField } from '../parts/filter-field.tsx'
import { Link } from '../parts/link.tsx'
import { NoSamples } from '../parts/no-samples.tsx'
import { Notice } from '../parts/notice.tsx'

/** A column that can be sorted by; on a narrow screen only the name and the cost have one, the others stand below the name. */
interface Column {
  readonly id: 'metric' | 'kind' | 'unit' | 'hosts' | 'series' | 'samplesPerDay' | 'bytesPerDay'
  readonly words: string
  readonly isNumber: boolean
}

const columns: readonly Column[] = [
  { id: 'metric', words: 'Metric', isNumber: false },
  { id: 'kind', words: 'Kind', isNumber: false },
  { id: 'unit', words: 'Unit', isNumber: false },
  { id: 'hosts', words: 'Hosts', isNumber: true },
  { id: 'series', words: 'Series', isNumber: true },
  { id: 'samplesPerDay', words: 'Rows a day', isNumber: true },
  { id: 'bytesPerDay', words: 'Disk a day', isNumber: true },
]

/** Every metric there is, with what it costs. */
export function MetricsPage(): JSX.Element {
  const app = useApp()
  const view = app.view.value
  const { answer, error } = useAnswer<MetricsAnswer>('./api/metrics', 60_000)
  const { q: text = '', sort = 'bytesPerDay' } = view.options
  const rows = useMemo(() => arrangeMetrics(answer?.metrics ?? [], text, sort), [answer, text, sort])
  if (answer === undefined) return error === undefined ? <Loading /> : <Failure error={error} />
  if (answer.metrics.length === 0) return <NoSamples />
  const isCostKnown = answer.metrics.every(({ bytesPerDay }) => bytesPerDay !== null)
  const total = answer.metrics.reduce((sum, row) => sum + (row.bytesPerDay ?? 0), 0)
  const samples = answer.metrics.reduce((sum, row) => sum + row.samplesPerDay, 0)
  return (
    <>
      <div class="bar">
        <h1>{answer.metrics.length} metrics</h1>
        <p class="bar-words">
          {isCostKnown
            ? `${formatNumber(samples)} rows and ${formatValue(total, 'By')} a day`
            : `${formatNumber(samples)} rows a day; what they take on the disk is not known yet, in the first hour`}
        </p>
        <div class="bar-end">
          <FilterField label="Filter metrics" />
        </div>
      </div>
      {rows.length === 0 && (
        <Notice title="No metric fits the filter">
          <button type="button" onClick={() => app.go(withOption(view, 'q', ''))}>
            Show all {answer.metrics.length}
          </button>
        </Notice>
      )}
      <div class="wide" tabIndex={0} role="region" aria-label="Metrics">
        <table class="plain metrics">
          <thead>
            <tr>
              {columns.map(({ id, words, isNumber }) => (
                <th
                  key={id}
                  scope="col"
                  class={`${isNumber ? 'number' : ''} ${isAlways(id) ? '' : 'col-more'}`}
                  aria-sort={sort === id ? sorted(isNumber) : 'none'}
                >
                  <button type="button" class="sorter" onClick={() => app.go(withOption(view, 'sort', id))}>
                    {words}
                    {sort === id && <span aria-hidden="true">{isNumber ? ' ↓' : ' ↑'}</span>}
                  </button>
                </th>
              ))}
              <th scope="col" class="col-more">
                In consumer.config.ts
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.metric} ${row.unit} ${row.kind}`}>
                <th scope="row" class="metric-name">
                  <Link to={toPage(view, 'compare', { metrics: [row.metric] })}>{breakable(row.metric)}</Link>
                  {row.description !== null && <small>{row.description}</small>}
                  <small class="narrow-only">{inWords(row)}</small>
                </th>
                <td class="col-more">{row.kind}</td>
                <td class="col-more">{unitWords(row.unit)}</td>
                <td class="number col-more">{formatNumber(row.hosts)}</td>
                <td class="number col-more">{formatNumber(row.series)}</td>
                <td class="number col-more">{formatNumber(row.samplesPerDay)}</td>
                <td class="number">
                  <span class="share">
                    {row.bytesPerDay !== null && (
                      <meter
                        min={0}
                        max={Math.max(1, rows[0]?.bytesPerDay ?? 1, row.bytesPerDay)}
                        value={row.bytesPerDay}
                        aria-label={`disk a day of ${row.metric}`}
                      />
                    )}
                    {formatValue(row.bytesPerDay, 'By')}
                  </span>
                </td>
                <td class="col-more">{configuredWords(row)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function sorted(isNumber: boolean): 'ascending' | 'descending' {
  return isNumber ? 'descending' : 'ascending'
}

function arrangeMetrics(metrics: readonly CatalogueRow[], text: string, sort: string): readonly CatalogueRow[] {
  const words = text.toLowerCase()
  const column = columns.find(({ id }) => id === sort)?.id ?? 'bytesPerDay'
  return metrics
    .filter((row) => `${row.metric} ${row.description ?? ''}`.toLowerCase().includes(words))
    .toSorted((a, b) => {
      const [left, right] = [a[column], b[column]]
      if (typeof left === 'number' && typeof right === 'number' && left !== right) return right - left
      if (typeof left === 'string' && typeof right === 'string' && left !== right) return left < right ? -1 : 1
      return a.metric < b.metric ? -1 : 1
    })
}

/** A name that may go on in the next line behind each of its dots. */
function breakable(name: string): readonly (string | JSX.Element)[] {
  return name.split(/(?<=\.)/).flatMap((part, index) => (index === 0 ? [part] : [<wbr key={index} />, part]))
}

function isAlways(id: Column['id']): boolean {
  return id === 'metric' || id === 'bytesPerDay'
}

function inWords(row: CatalogueRow): string {
  const { kind, unit, hosts, series, samplesPerDay } = row
  const parts = [
    kind,
    unitWords(unit),
    hosts === 1 ? '1 host' : `${hosts} hosts`,
    `${series} series`,
    `${formatNumber(samplesPerDay)} rows a day`,
  ]
  return [...parts, configuredWords(row)].filter(Boolean).join(' · ')
}

/** What the configuration says of it: pinned to the list of hosts, and its thresholds. */
function configuredWords({ threshold, unit, isPinned }: CatalogueRow): string {
  const parts = [
    ...(isPinned ? ['pinned'] : []),
    ...(typeof threshold?.warn === 'number' ? [`warn ${formatValue(threshold.warn, unit)}`] : []),
    ...(typeof threshold?.critical === 'number' ? [`critical ${formatValue(threshold.critical, unit)}`] : []),
  ]
  return parts.join(', ')
}
