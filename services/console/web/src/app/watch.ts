import { CallerService } from '@changke/gen/caller/v1/caller_service'
import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { ReportService } from '@changke/gen/report/v1/report_service'
import { ChangeKind, WatchService, type WatchResponse } from '@changke/gen/console/v1/watch_service'
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect'
import { useTransport } from '@connectrpc/connect-query'
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'

/** What tabs tell each other of the one stream. */
interface Told {
  /** Kind and store of what changed. */
  changes: { kind: ChangeKind; storeId: string }[]
  reloadAll: boolean
  token: string
  /** The stream is dead when nothing has come for so long. */
  withinMs: number
}

const toTold = (m: WatchResponse): Told => ({
  changes: m.changes.map(({ kind, storeId }) => ({ kind, storeId })), reloadAll: m.reloadAll, token: m.resumeToken, withinMs: m.nextWithinSeconds * 1000,
})

/** The methods whose answers a change makes old. */
const readers: Record<ChangeKind, { parent: { typeName: string }; name: string }[]> = {
  [ChangeKind.UNSPECIFIED]: [],
  [ChangeKind.BOOKING]: [BookingService.method.listBookings, BookingService.method.getBooking, BookingService.method.getShiftSheet, ReportService.method.getToday],
  [ChangeKind.RESOURCE]: [BookingService.method.listResources],
  [ChangeKind.CALL]: [CallerService.method.listRecentCalls],
}

/** Has what changed read again, where it is shown; answers about another store stay. */
export function refresh(client: QueryClient, told: Pick<Told, 'changes' | 'reloadAll'>) {
  const changes = told.reloadAll ? [ChangeKind.BOOKING, ChangeKind.RESOURCE, ChangeKind.CALL].map((kind) => ({ kind, storeId: '' })) : told.changes
  if (changes.length === 0) return
  void client.invalidateQueries({
    predicate: ({ queryKey }) => {
      const [, key] = queryKey as [string, { serviceName?: string; methodName?: string; input?: { storeId?: string } } | undefined]
      return changes.some(({ kind, storeId }) => (!storeId || !key?.input?.storeId || key.input.storeId === storeId)
        && (readers[kind] ?? []).some((m) => m.parent.typeName === key?.serviceName && m.name === key.methodName))
    },
  })
}

/** What a tab says that has just opened. */
const asks = 'who reads?'

// Whether this tab hears of changes as they happen; pages that must not grow old ask in between when it does not.
let live = false
const listeners = new Set<() => void>()
function setLive(now: boolean) {
  if (live === now) return
  live = now
  for (const changed of listeners) changed()
}

/** Whether changes come by themselves now. */
export function useLive(): boolean {
  return useSyncExternalStore((changed) => { listeners.add(changed); return () => listeners.delete(changed) }, () => live)
}

/**
 * Keeps what is shown fresh. A browser lets a page open six connections to a server
 * over HTTP/1.1, all tabs together: so of all tabs one reads the stream, the one that
 * holds the lock, and tells the others; when it closes the next one goes on where it was.
 * Without locks (no secure context) there is no stream, and pages ask now and then.
 */
export function watch(transport: Transport, client: QueryClient, person: string): () => void {
  if (typeof navigator.locks === 'undefined' || typeof BroadcastChannel === 'undefined') return () => undefined
  const name = `changke-watch-${person}`
  const channel = new BroadcastChannel(name)
  const stop = new AbortController()
  let token = ''
  let last: Told | undefined // of the tab that reads the stream: what it heard last
  let deadline: ReturnType<typeof setTimeout> | undefined
  const hear = (told: Told) => {
    // What changed between the page's first answers and its first word of the stream, nobody has told.
    if (token === '') told = { ...told, reloadAll: true }
    token = told.token
    clearTimeout(deadline)
    deadline = setTimeout(() => setLive(false), told.withinMs)
    setLive(true)
    refresh(client, told)
  }
  channel.onmessage = ({ data }: MessageEvent<Told | typeof asks>) => {
    if (data !== asks) return hear(data)
    if (last) channel.postMessage({ ...last, changes: [], reloadAll: false } satisfies Told)
  }
  channel.postMessage(asks) // a tab that has just opened need not wait for the next heartbeat
  const read = async () => {
    const service = createClient(WatchService, transport)
    for (let failures = 0; !stop.signal.aborted;) {
      const attempt = new AbortController()
      const dead = () => attempt.abort()
      stop.signal.addEventListener('abort', dead)
      let silent = setTimeout(dead, 60_000)
      try {
        for await (const message of service.watch({ resumeToken: token }, { signal: attempt.signal, timeoutMs: 0 })) {
          failures = 0
          const told = toTold(message)
          clearTimeout(silent)
          silent = setTimeout(dead, told.withinMs)
          last = told
          channel.postMessage(told)
          hear(told)
        }
      } catch (error) {
        const { code } = ConnectError.from(error)
        // A session that ended, or a right: once more with the cookie of now, then never.
        if ((code === Code.Unauthenticated || code === Code.PermissionDenied || code === Code.Unimplemented) && failures > 0) break
      } finally {
        clearTimeout(silent)
        last = undefined
        stop.signal.removeEventListener('abort', dead)
      }
      await pause(Math.min(1000 * 2 ** failures++, 30_000) * (0.5 + Math.random() / 2), stop.signal)
    }
    setLive(false)
  }
  navigator.locks.request(name, { signal: stop.signal }, read).catch(() => undefined)
  return () => {
    stop.abort()
    clearTimeout(deadline)
    channel.close()
    setLive(false)
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => { clearTimeout(timer); done() }, { once: true })
  })

/** Watches as long as the shell stands, for whoever may see bookings. */
export function useWatch(person: string, may: boolean) {
  const transport = useTransport()
  const client = useQueryClient()
  useEffect(() => (may && person ? watch(transport, client, person) : undefined), [transport, client, person, may])
}
