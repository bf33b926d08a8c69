// Runs before the first paint, so that a chosen theme never flashes the other one. src/lib/theme.ts writes the choice.
try {
  const theme = localStorage.getItem('parley.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // No storage: the system's theme it is.
}
