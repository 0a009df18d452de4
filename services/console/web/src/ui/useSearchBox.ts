import { useEffect, useRef, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import { useDebounced } from './hooks.ts'

/** A search box bound to `?q=`. */
export interface SearchBox {
  /** What stands in the box. */
  typed: string
  type(text: string): void
  /** What is searched for: what was typed, once it stood still. */
  query: string
}

/**
 * Binds a search box to the URL, so that a page comes back with its search. What
 * may not stand in an address is kept in the history's state, which never leaves
 * the browser.
 */
export function useSearchBox(sayable: (query: string) => boolean = () => true): SearchBox {
  const [params, setParams] = useSearchParams()
  const { state } = useLocation() as { state: { q?: string } | null }
  const [unsaid, setUnsaid] = useState(state?.q ?? '')
  const query = params.get('q') ?? unsaid
  const [typed, setTyped] = useState(query)
  const settled = useDebounced(typed, 250)
  // A link or the back button may change the query; what this box wrote into the
  // URL itself must not come back over newer typing.
  const written = useRef(query)
  useEffect(() => {
    if (query !== written.current) setTyped(query)
    written.current = query
  }, [query])
  useEffect(() => {
    const next = settled.trim()
    if (next === query) return
    written.current = next
    setUnsaid(sayable(next) ? '' : next)
    setParams(
      (old) => {
        const params = new URLSearchParams(old)
        if (next && sayable(next)) params.set('q', next)
        else params.delete('q')
        return params
      },
      { replace: true, preventScrollReset: true, state: sayable(next) ? null : { q: next } },
    )
    // Only what is typed moves the URL; the URL moving by a link is the effect above.
  }, [settled])
  return { typed, type: setTyped, query }
}
