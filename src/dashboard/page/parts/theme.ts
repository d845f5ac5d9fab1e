/** A theme that was chosen, or the system's. */
export type Theme = 'light' | 'dark' | 'system'

const key = 'hostvitals.theme'

/** The theme that was chosen here; `theme.js` has set it before the first paint. */
export function readTheme(): Theme {
  const chosen = document.documentElement.dataset['theme']
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

/** Chooses a theme, and keeps the choice in this browser. */
export function chooseTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // A browser that keeps nothing has the choice until the page is left.
  }
}
