import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren, JSX } from 'preact'

/** A button that opens something below it; Escape, a click elsewhere and leaving with Tab close it. */
export function Disclosure({
  label,
  button,
  class: name,
  align = 'left',
  onClose,
  children,
}: {
  readonly label: string
  readonly button: ComponentChildren
  readonly class: string
  readonly align?: 'left' | 'right'
  readonly onClose?: () => void
  readonly children: ComponentChildren | ((close: () => void) => ComponentChildren)
}): JSX.Element {
  const [isOpen, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLButtonElement>(null)

  function close(): void {
    setOpen(false)
    onClose?.()
  }
  useEffect(() => {
    if (!isOpen) return undefined
    function onPointer(event: Event): void {
      if (event.target instanceof Node && place.current?.contains(event.target) !== true) close()
    }
    document.addEventListener('pointerdown', onPointer)
    return () => document.removeEventListener('pointerdown', onPointer)
  })
  function onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !isOpen) return
    event.stopPropagation()
    close()
    opener.current?.focus()
  }
  function onFocusOut(event: FocusEvent): void {
    const next = event.relatedTarget
    if (next instanceof Node && place.current?.contains(next) !== true) close()
  }

  return (
    <div class={`disclosure ${name}`} ref={place} onKeyDown={onKey} onFocusOut={onFocusOut}>
      <button
        type="button"
        ref={opener}
        class="opener"
        aria-label={label}
        aria-expanded={isOpen}
        onClick={() => (isOpen ? close() : setOpen(true))}
      >
        {button}
      </button>
      {isOpen && (
        <div class={`panel panel-${align}`}>{typeof children === 'function' ? children(close) : children}</div>
      )}
    </div>
  )
}
