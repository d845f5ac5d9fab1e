import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'

/** Becomes true, and stays so, when an element comes near to what is seen. */
export function useNear<Place extends Element>(): {
  readonly place: RefObject<Place | null>
  readonly isNear: boolean
} {
  const place = useRef<Place>(null)
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (element === null || isNear) return undefined
    const observer = new IntersectionObserver((entries) => setNear(entries.some((entry) => entry.isIntersecting)), {
      rootMargin: '600px',
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [isNear])
  return { place, isNear }
}
