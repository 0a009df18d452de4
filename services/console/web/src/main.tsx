import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { App } from './app/App.tsx'
import { createClient, createTransport } from './app/client.ts'
import { createRouter } from './app/router.tsx'
import { startLanguage } from './i18n/index.ts'
import './ui/theme.css'
import './ui/ui.css'

// `vite --mode fixtures` shows every page over a chain that lives in this tab.
const transport = import.meta.env.MODE === 'fixtures' ? (await import('./fixtures/chain.ts')).createChain().transport : createTransport()

await startLanguage()

const client = createClient(() => {
  const { pathname, search } = window.location
  if (pathname === '/login') return
  client.clear()
  void router.navigate(`/login?to=${encodeURIComponent(pathname + search)}`)
})
const router = createRouter()

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App transport={transport} client={client}>
      <RouterProvider router={router} />
    </App>
  </StrictMode>,
)
