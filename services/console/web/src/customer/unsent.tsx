import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { Code, type Transport } from '@connectrpc/connect'
import { callUnaryMethod, createConnectQueryKey, useQuery, useTransport } from '@connectrpc/connect-query'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useMemo, useRef, useSyncExternalStore, type ReactNode } from 'react'
import { explain } from '../app/faults.ts'
import { useCan, useMe } from '../app/me.tsx'
import { Drafts, type Draft } from './drafts.ts'
import { formOf, messageOf, writtenOf } from './form.ts'

const DraftsContext = createContext<Drafts | undefined>(undefined)
const none: Draft[] = []

/** Whether a call failed because the server was not reached: what was asked for may be sent again as it is. */
export const unreached = (error: unknown): boolean => [Code.Unavailable, Code.DeadlineExceeded].includes(explain(error).code)

/** The caller's unsent files for everything below; also sends what waits for the line. */
export function DraftsProvider({ children }: { children: ReactNode }) {
  const mayWrite = useCan('customer.write')
  const me = useMe()
  const { data } = useQuery(CustomerService.method.getDraftKey, {}, { enabled: mayWrite, staleTime: Infinity, gcTime: Infinity, retry: true })
  const drafts = useMemo(() => (data ? new Drafts(me.person?.id ?? '', data.key) : undefined), [data, me.person?.id])
  return <DraftsContext value={drafts}>{drafts && <Sender drafts={drafts} />}{children}</DraftsContext>
}

/** The caller's unsent files; undefined until their key is there. */
export function useDrafts(): Drafts | undefined {
  return use(DraftsContext)
}

/** The unsent files as a list that follows every change. */
export function useUnsent(): Draft[] {
  const drafts = use(DraftsContext)
  return useSyncExternalStore(useCallback((changed) => drafts?.watch(changed) ?? (() => undefined), [drafts]), () => drafts?.all() ?? none)
}

/** Whether this device has a line, as far as the browser knows. */
export function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener('online', changed)
      window.addEventListener('offline', changed)
      return () => {
        window.removeEventListener('online', changed)
        window.removeEventListener('offline', changed)
      }
    },
    () => navigator.onLine,
  )
}

// Sends what waits, one after another: when the page opens, when the line comes
// back, and every quarter of a minute, for a browser may think that it is online.
function Sender({ drafts }: { drafts: Drafts }) {
  const transport = useTransport()
  const client = useQueryClient()
  const busy = useRef(false)
  const waiting = useUnsent().some((d) => d.send)
  useEffect(() => {
    if (!waiting) return
    const go = async () => {
      if (busy.current || !navigator.onLine) return
      busy.current = true
      try {
        for (const draft of drafts.all()) if (draft.send && !(await sendDraft(transport, client, drafts, draft))) break
      } finally {
        busy.current = false
      }
    }
    void go()
    const timer = setInterval(() => void go(), 15_000)
    const now = () => void go()
    window.addEventListener('online', now)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', now)
    }
  }, [drafts, transport, client, waiting])
  return null
}

/** Sends one draft; false when the server was not reached. What it refuses stays, with its reason. */
async function sendDraft(transport: Transport, client: QueryClient, drafts: Drafts, draft: Draft): Promise<boolean> {
  try {
    let fileId = draft.id.replace(/^file\./, '')
    if (draft.id.startsWith('new.')) {
      const { customer } = await callUnaryMethod(transport, CustomerService.method.createFile, { storeId: draft.storeId, requestId: draft.requestId, fields: messageOf({ ...formOf(undefined), ...draft.fields }) })
      fileId = customer?.row?.id ?? ''
    } else {
      // The newest of the file with what was typed here: words of another device stay.
      const { customer } = await callUnaryMethod(transport, CustomerService.method.getCustomer, { id: fileId })
      await callUnaryMethod(transport, CustomerService.method.updateFile, { id: fileId, version: customer?.version ?? 0, fields: messageOf({ ...writtenOf(customer), ...draft.fields }) })
      if (draft.send === 'submit') await callUnaryMethod(transport, CustomerService.method.submitFile, { id: fileId })
    }
    // What was typed while the answer was under way is newer than what was sent.
    if (drafts.read(draft.id)?.at === draft.at) drafts.drop(draft.id, fileId)
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CustomerService, cardinality: undefined }) })
    return true
  } catch (error) {
    if (unreached(error)) return false
    const { message, violations } = explain(error)
    const { send: _, ...rest } = draft
    drafts.keep({ ...rest, refused: violations[0]?.message ?? message })
    return true
  }
}
