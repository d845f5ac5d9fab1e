// Before the first paint: the theme that was chosen here last, so that a reload never flashes. Without a choice CSS follows the system.
try {
  const theme = localStorage.getItem('hostvitals.theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // A browser that keeps nothing follows the system.
}
