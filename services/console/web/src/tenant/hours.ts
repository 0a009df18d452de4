import type { OpeningSpan } from '@changke/gen/tenant/v1/tenant'
import { hhmm, minutesOf } from './clock.ts'

/** The days of the week, Monday first. */
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

/** A week as it is typed: each day's stretches as HH:MM. */
export type Days = Record<(typeof weekdays)[number], { opens: string; closes: string }[]>

const week = (make: () => { opens: string; closes: string }[]) => Object.fromEntries(weekdays.map((d) => [d, make()])) as Days

/** What most restaurants keep, to begin with. */
export const usual = (): Days => week(() => [{ opens: '10:30', closes: '21:30' }])

/** The hours of the server as they are typed. */
export function daysOf(hours: Pick<OpeningSpan, 'weekday' | 'opensMinute' | 'closesMinute'>[]): Days {
  const days = week(() => [])
  for (const h of hours) days[h.weekday as 1]?.push({ opens: hhmm(h.opensMinute), closes: hhmm(h.closesMinute) })
  return days
}

/** What was typed as the server takes it; undefined when a time is none. A closing time that is not after the opening one is the next day's. */
export function spansOf(days: Days): { weekday: number; opensMinute: number; closesMinute: number }[] | undefined {
  const out = []
  for (const weekday of weekdays) {
    for (const span of days[weekday]) {
      const opensMinute = minutesOf(span.opens)
      const closes = minutesOf(span.closes)
      if (opensMinute === undefined || closes === undefined) return undefined
      out.push({ weekday, opensMinute, closesMinute: closes <= opensMinute ? closes + 1440 : closes })
    }
  }
  return out
}
