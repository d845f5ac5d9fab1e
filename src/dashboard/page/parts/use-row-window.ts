import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import { windowRows } from './window-rows.ts'
import type { RowWindow } from './window-rows.ts'

/** The rows of a list that are worth drawing while the page scrolls; `place` is where the list begins. */
export function useRowWindow<Place extends HTMLElement>(
  heights: readonly number[],
): { readonly place: RefObject<Place | null>; readonly rows: RowWindow } {
  const place = useRef<Place>(null)
  const [seen, setSeen] = useState<readonly [number, number]>([0, window.innerHeight])
  useEffect(() => {
    function look(): void {
      const top = -(place.current?.getBoundingClientRect().top ?? 0)
      // In steps, so that not every pixel of scrolling draws the list anew.
      const step = Math.floor(top / 200) * 200
      setSeen((old) =>
        old[0] === step && old[1] === step + window.innerHeight ? old : [step, step + window.innerHeight],
      )
    }
    look()
    window.addEventListener('scroll', look, { passive: true })
    window.addEventListener('resize', look)
    return () => {
      window.removeEventListener('scroll', look)
      window.removeEventListener('resize', look)
    }
  }, [])
  return { place, rows: windowRows(heights, seen[0], seen[1]) }
}
