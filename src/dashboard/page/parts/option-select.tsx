import type { JSX } from 'preact'
import { useApp } from '../app.ts'
import { withOption } from '../address/view.ts'

/** A choice that is part of the address. The first of the choices is the default, which is not written. */
export function OptionSelect({
  name,
  label,
  choices,
}: {
  readonly name: string
  readonly label: string
  readonly choices: readonly { readonly value: string; readonly words: string }[]
}): JSX.Element {
  const app = useApp()
  const view = app.view.value
  const first = choices[0]?.value ?? ''
  return (
    <label class="option">
      {label}
      <select
        value={view.options[name] ?? first}
        onChange={(event) => {
          const { value } = event.currentTarget
          app.go(withOption(view, name, value === first ? '' : value))
        }}
      >
        {choices.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
}
