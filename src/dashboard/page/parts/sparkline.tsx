import type { JSX } from 'preact'
import type { HostCell } from '../../api.ts'
import { sparkPath } from './spark-path.ts'

const [width, height] = [56, 20]

/** The last hour of a number, as a line without axes. A share is drawn against the whole. */
export function Sparkline({ cell, unit }: { readonly cell: HostCell; readonly unit: string }): JSX.Element {
  const path = sparkPath(cell.spark, width, height, unit === '1' ? 1 : 0)
  return (
    <svg class={`spark spark-${cell.level}`} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={path} />
    </svg>
  )
}
