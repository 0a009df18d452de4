import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { Language } from './format.ts'

/** As a `ref`: what has just appeared is brought before the eye. */
export const intoView = (element: HTMLElement | null) => element?.scrollIntoView?.({ block: 'center', behavior: 'smooth' })

/** Whether a media query holds now; follows it. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => window.matchMedia(query).matches,
  )
}

/** True below 768 px: cards instead of tables, the tab bar instead of the side bar. */
export function usePhone(): boolean {
  return useMedia('(max-width: 767px)')
}

/** The language in use. */
export function useLanguage(): Language {
  return useTranslation().i18n.language === 'en' ? 'en' : 'zh-CN'
}

/** Picks the server's words in the language in use; what it has in Chinese only stays Chinese. */
export function useSaid(): (zh: string, en: string) => string {
  const lang = useLanguage()
  return (zh, en) => (lang === 'en' && en ? en : zh)
}

/** The time now in ms, renewed every half minute, for clocks that run down. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** `value` once it has stood still for `ms`. */
export function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** What a list beside its sheet opens by itself: its first, and that one still when others have come before it. */
export function useFirst(list: string, first: string): string {
  const [kept, setKept] = useState({ list, first })
  if (kept.first !== '' && kept.list === list) return kept.first
  if (kept.list !== list || first !== '') setKept({ list, first })
  return first
}

/** A form over something that others may edit too: what it is now, until one begins to change it, and from then on as one saw it, lest an edit be written over what one has not seen. `renew` puts what one changed over what it has become since; `reset` leaves it. */
export function useEdit<T extends object, F extends object>(now: T, formOf: (of: T) => F) {
  const [mine, setMine] = useState<{ of: T; changes: Partial<F> }>()
  const seen = mine?.of ?? now
  const was = formOf(seen)
  return {
    seen,
    form: { ...was, ...mine?.changes },
    set: (changes: Partial<F>) => setMine({ of: seen, changes: { ...mine?.changes, ...changes } }),
    renew: (of?: T) => {
      if (!of || !mine) return
      const other = Object.entries(mine.changes).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(was[key as keyof F]))
      setMine({ of, changes: Object.fromEntries(other) as Partial<F> })
    },
    reset: () => setMine(undefined),
  }
}
