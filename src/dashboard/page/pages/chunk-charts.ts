import type { ChartName } from '../../api.ts'

/** The server answers at most 50 metrics at once; this many fill a screen or two. */
const mostAtOnce = 12

/** Charts that are asked for at once, under one heading. */
export interface ChartChunk {
  readonly title: string
  /** 0 for the first of its heading. */
  readonly index: number
  readonly charts: readonly ChartName[]
}

/** The charts by their headings, and a long heading's in parts, so that what is seen first is asked for first. */
export function chunkCharts(charts: readonly ChartName[]): readonly ChartChunk[] {
  return [...Map.groupBy(charts, ({ group }) => group)].flatMap(([title, group]) =>
    Array.from({ length: Math.ceil(group.length / mostAtOnce) }, (_, index) => ({
      title,
      index,
      charts: group.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
    })),
  )
}
