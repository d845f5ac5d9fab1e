import type { JSX } from 'preact'
import type { HostCell, HostColumn } from '../../api.ts'
import { formatValue } from '../format/unit.ts'
import { Sparkline } from '../parts/sparkline.tsx'
import { StatusMark } from '../parts/status-mark.tsx'

/** A number of a host with its last hour, and the word where it is beyond a threshold. */
export function HostCellView({
  cell,
  column,
}: {
  readonly cell: HostCell | undefined
  readonly column: HostColumn
}): JSX.Element {
  if (cell === undefined || (cell.value === null && cell.spark.every((value) => value === null))) {
    return <span class="cell none">—</span>
  }
  return (
    <span class="cell">
      <Sparkline cell={cell} unit={column.unit} />
      <span class="cell-value">{formatValue(cell.value, column.unit)}</span>
      {cell.level !== 'ok' && <StatusMark state={cell.level} />}
    </span>
  )
}
