import type { Span } from '../address/time-range.ts'
import { pinchedSpan } from './pinched-span.ts'
import type { Fingers } from './pinched-span.ts'

/** Zooms by two fingers on a chart's plot; one finger still scrolls the page. It ends with the element. */
export function listenToPinch(over: HTMLElement, span: () => Span, onZoom: (span: Span) => void): void {
  let begin: Fingers | undefined
  let end: Fingers | undefined

  function fingersOf({ touches }: TouchEvent): Fingers | undefined {
    const [first, second] = touches
    if (first === undefined || second === undefined || touches.length !== 2) return undefined
    const { left } = over.getBoundingClientRect()
    return [first.clientX - left, second.clientX - left]
  }
  function onTouch(event: TouchEvent): void {
    const fingers = fingersOf(event)
    if (fingers === undefined) return
    event.preventDefault()
    begin ??= fingers
    end = fingers
  }
  function onEnd(): void {
    const pinched = begin && end && pinchedSpan(span(), over.clientWidth, begin, end)
    begin = undefined
    end = undefined
    if (pinched !== undefined) onZoom(pinched)
  }
  over.addEventListener('touchstart', onTouch, { passive: false })
  over.addEventListener('touchmove', onTouch, { passive: false })
  over.addEventListener('touchend', onEnd)
  over.addEventListener('touchcancel', onEnd)
}
