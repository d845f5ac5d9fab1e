import { Fragment } from 'preact'
import { useMemo } from 'preact/hooks'
import type { JSX } from 'preact'
import type { HostColumn, HostRow } from '../../api.ts'
import { formatAge } from '../format/time.ts'
import { StatusMark } from '../parts/status-mark.tsx'
import { useRowWindow } from '../parts/use-row-window.ts'
import { HostCellView } from './host-cell.tsx'
import { HostLabels, HostName } from './host-name.tsx'

const rowHeight = 36
const causeHeight = 26

/** The hosts as a table. Only the rows in sight stand in the document, so a thousand hosts scroll like ten. */
export function HostTable({
  hosts,
  columns,
}: {
  readonly hosts: readonly HostRow[]
  readonly columns: readonly HostColumn[]
}): JSX.Element {
  const heights = useMemo(() => hosts.map((host) => rowHeight + (host.cause === null ? 0 : causeHeight)), [hosts])
  const { place, rows } = useRowWindow<HTMLTableSectionElement>(heights)
  const width = columns.length + 3
  return (
    <table class="hosts" aria-rowcount={hosts.length + 1}>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col" class="col-status">
            Status
          </th>
          <th scope="col" class="col-host">
            Host
          </th>
          <th scope="col" class="col-seen number">
            Seen
          </th>
          {columns.map(({ id, title, isPinned }) => (
            <th scope="col" key={id} class="col-cell">
              {title}
              {isPinned && <span title="pinned in consumer.config.ts">*</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody ref={place}>
        <Spacer height={rows.before} width={width} />
        {hosts.slice(rows.first, rows.end).map((host, offset) => (
          <Fragment key={host.uid}>
            <tr class={`row-${host.state}`} aria-rowindex={rows.first + offset + 2}>
              <td>
                <StatusMark state={host.state} />
              </td>
              <th scope="row">
                <HostName host={host} />
                <HostLabels host={host} />
              </th>
              <td class="number seen">{formatAge(host.ageMs)}</td>
              {columns.map((column, index) => (
                <td key={column.id}>
                  <HostCellView cell={host.cells[index]} column={column} />
                </td>
              ))}
            </tr>
            {host.cause !== null && (
              <tr class="cause">
                <td />
                <td colSpan={width - 1}>└ {host.cause}</td>
              </tr>
            )}
          </Fragment>
        ))}
        <Spacer height={rows.after} width={width} />
      </tbody>
    </table>
  )
}

function Spacer({ height, width }: { readonly height: number; readonly width: number }): JSX.Element | null {
  if (height === 0) return null
  return (
    <tr aria-hidden="true" class="spacer">
      <td colSpan={width} height={height} />
    </tr>
  )
}
