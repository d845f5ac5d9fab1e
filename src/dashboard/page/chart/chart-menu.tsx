import { useRef, useState } from 'preact/hooks'
import type { JSX } from 'preact'
import type { Chart } from '../../api.ts'
import { exportAddress, oneChartAddress } from '../data/addresses.ts'
import { toCurl } from '../data/curl.ts'
import { Disclosure } from '../parts/disclosure.tsx'
import { ChartTable } from './chart-table.tsx'

/** A chart's numbers in other forms: table, CSV, JSON, SQL, curl. */
export function ChartMenu({
  chart,
  title,
  address,
}: {
  readonly chart: Chart
  readonly title: string
  readonly address: string
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const [isTable, setTable] = useState(false)
  const [said, setSaid] = useState('')
  // The page asks for charts by the dozen; what is kept or copied is this one.
  const own = oneChartAddress(address, chart.metric)

  function copy(text: string, what: string): void {
    navigator.clipboard.writeText(text).then(
      () => setSaid(`${what} copied`),
      // Without TLS a browser gives no clipboard: the text is shown instead, to be marked and copied.
      () => setSaid(text),
    )
  }
  function openTable(): void {
    setTable(true)
    dialog.current?.showModal()
  }

  return (
    <>
      <Disclosure label={`More of ${title}`} button="⋯" class="menu" align="right" onClose={() => setSaid('')}>
        <button type="button" onClick={openTable}>
          View as table
        </button>
        <a href={exportAddress(own, 'csv')} download>
          Save CSV
        </a>
        <a href={exportAddress(own, 'json')} download>
          Save JSON
        </a>
        <button type="button" onClick={() => copy(chart.sql, 'SQL')}>
          Copy SQL
        </button>
        <button type="button" onClick={() => copy(toCurl(new URL(own, location.href).href), 'Command')}>
          Copy curl
        </button>
        <p class="said" role="status">
          {said}
        </p>
      </Disclosure>
      <dialog ref={dialog} class="sheet" aria-label={`${title} as a table`} onClose={() => setTable(false)}>
        {isTable && <ChartTable chart={chart} title={title} onClose={() => dialog.current?.close()} />}
      </dialog>
    </>
  )
}
