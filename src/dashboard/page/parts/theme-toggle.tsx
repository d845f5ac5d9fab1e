import { useState } from 'preact/hooks'
import type { JSX } from 'preact'
import { useApp } from '../app.ts'
import { chooseTheme, readTheme } from './theme.ts'
import type { Theme } from './theme.ts'

const next: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }
const signs: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' }

/** Goes through the system's theme, light and dark. */
export function ThemeToggle(): JSX.Element {
  const app = useApp()
  const [theme, setTheme] = useState(readTheme)
  function turn(): void {
    chooseTheme(next[theme])
    setTheme(next[theme])
    app.themeCount.value += 1
  }
  return (
    <button
      type="button"
      class="icon"
      aria-label={`Theme: ${theme}. Next: ${next[theme]}`}
      title={`Theme: ${theme}`}
      onClick={turn}
    >
      <span aria-hidden="true">{signs[theme]}</span>
    </button>
  )
}
