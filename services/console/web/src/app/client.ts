import { Code, ConnectError, type Transport } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { transient } from './faults.ts'
import { stepUp } from './stepup.ts'

/** The API on our own origin; the session is a cookie the page never sees. */
export function createTransport(): Transport {
  return createConnectTransport({ baseUrl: window.location.origin, interceptors: [stepUp] })
}

/**
 * The cache of answers. Pages come back to the same place because an answer stays for
 * ten minutes. `signedOut` is called when the server no longer knows the session.
 */
export function createClient(signedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (ConnectError.from(error).code === Code.Unauthenticated) signedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 10_000, gcTime: 600_000, retry: (failures, error) => failures < 2 && transient(error) },
      mutations: { retry: false },
    },
  })
}
