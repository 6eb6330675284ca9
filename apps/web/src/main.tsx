// The entry of the web app: words first, then the page.
import './tokens.css'
import './base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { browserLanguage, startI18n } from './i18n/i18n.ts'
import { createServices } from './services.ts'
import { App } from './views/app.tsx'
import { ServicesContext } from './views/use-services.ts'

const root = document.getElementById('root')
if (root) {
  const services = createServices()
  const language = services.preferences.current.get().language ?? browserLanguage(navigator.languages)
  await startI18n(language)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={services.queries}>
        <ServicesContext value={services}>
          <App />
        </ServicesContext>
      </QueryClientProvider>
    </StrictMode>,
  )
}
