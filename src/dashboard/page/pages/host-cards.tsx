import type { JSX } from 'preact'
import type { HostColumn, HostRow } from '../../api.ts'
import { formatAge } from '../format/time.ts'
import { StatusMark } from '../parts/status-mark.tsx'
import { useMedia } from '../parts/use-media.ts'
import { useRowWindow } from '../parts/use-row-window.ts'
import { HostCellView } from './host-cell.tsx'
import { HostLabels, HostName } from './host-name.tsx'

/** Without its numbers a card has a head and its gap; where it has a cause, two lines for that. */
const cardHeight = 56
const causeHeight = 30
const cellHeight = 26

/** The hosts as cards, for narrow screens and for who likes them. Only the cards in sight stand in the document. */
export function HostCards({
  hosts,
  columns,
}: {
  readonly hosts: readonly HostRow[]
  readonly columns: readonly HostColumn[]
}): JSX.Element {
  const isMiddle = useMedia('(min-width: 700px)')
  const isWide = useMedia('(min-width: 1100px)')
  const across = isWide ? 4 : isMiddle ? 2 : 1
  const heights = Array.from({ length: Math.ceil(hosts.length / across) }, (_, row) => {
    const hasCause = hosts.slice(row * across, (row + 1) * across).some(({ cause }) => cause !== null)
    return cardHeight + cellHeight * columns.length + (hasCause ? causeHeight : 0)
  })
  const { place, rows } = useRowWindow<HTMLDivElement>(heights)
  const shown = hosts.slice(rows.first * across, rows.end * across)
  return (
    <div ref={place}>
      <Room height={rows.before} />
      <ul class="cards">
        {shown.map((host) => (
          <li key={host.uid} class={`card row-${host.state}`}>
            <div class="card-head">
              <StatusMark state={host.state} />
              <HostName host={host} />
              <HostLabels host={host} />
              <span class="seen">{formatAge(host.ageMs)}</span>
            </div>
            <dl>
              {columns.map((column, index) => (
                <div key={column.id}>
                  <dt>{column.title}</dt>
                  <dd>
                    <HostCellView cell={host.cells[index]} column={column} />
                  </dd>
                </div>
              ))}
            </dl>
            {host.cause !== null && (
              <p class="card-cause" title={host.cause}>
                {host.cause}
              </p>
            )}
          </li>
        ))}
      </ul>
      <Room height={rows.after} />
    </div>
  )
}

function Room({ height }: { readonly height: number }): JSX.Element {
  return <svg class="room" width="1" height={height} aria-hidden="true" />
}
