import { AuthService } from '@changke/gen/staff/v1/auth_service'
import { createQueryOptions } from '@connectrpc/connect-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { App } from './app/App.tsx'
import { createClient, createTransport } from './app/client.ts'
import { createRouter } from './app/router.tsx'
import { keepShell } from './app/shellCache.ts'
import { startLanguage } from './i18n/index.ts'
import './ui/theme.css'
import './ui/ui.css'

// `vite --mode fixtures` shows every page over a chain that lives in this tab.
const transport = import.meta.env.MODE === 'fixtures' ? (await import('./fixtures/chain.ts')).createChain().transport : createTransport()

// Words, the first page's own file and who the caller is are asked for at once:
// one wait instead of three, on a phone in a cellar.
const language = startLanguage()
// Pages for whoever is not signed in.
const atDoor = (path: string) => path.startsWith('/login') || path === '/activate' || path === '/operator/login' || path === '/operator/activate'
const client = createClient(() => {
  const { pathname, search } = window.location
  if (atDoor(pathname)) return
  client.clear()
  void router.navigate(pathname.startsWith('/operator') ? '/operator/login' : `/login?to=${encodeURIComponent(pathname + search)}`)
})
const router = createRouter()
// The operator's desk is no chain's: asking for the chain's caller there would send him to the door.
const { pathname } = window.location
if (!atDoor(pathname) && !pathname.startsWith('/operator')) void client.prefetchQuery(createQueryOptions(AuthService.method.whoAmI, {}, { transport }))
await language

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App transport={transport} client={client}>
      <RouterProvider router={router} />
    </App>
  </StrictMode>,
)

// Nothing waits for it, and nothing is lost where it fails.
keepShell().catch(() => {})
