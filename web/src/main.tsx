import { createRoot } from 'react-dom/client'
import { App } from './app/app'
import { startWords } from './lib/i18n'
import './ui/theme.css'

const root = document.getElementById('root')
if (root) {
  await startWords()
  createRoot(root).render(<App />)
}
