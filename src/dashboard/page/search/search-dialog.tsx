import { useEffect, useRef } from 'preact/hooks'
import type { JSX } from 'preact'
import { SearchPanel } from './search-panel.tsx'

/** The search over the whole page. What there is to find is asked for at each opening. */
export function SearchDialog({
  isOpen,
  onClose,
}: {
  readonly isOpen: boolean
  readonly onClose: () => void
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen && dialog.current?.open === false) dialog.current.showModal()
    if (!isOpen && dialog.current?.open === true) dialog.current.close()
  }, [isOpen])
  return (
    <dialog
      ref={dialog}
      class="sheet search"
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => {
        // Beside the sheet, which fills the dialog, is its backdrop.
        if (event.target === dialog.current) onClose()
      }}
    >
      {isOpen && <SearchPanel onDone={() => dialog.current?.close()} />}
    </dialog>
  )
}
