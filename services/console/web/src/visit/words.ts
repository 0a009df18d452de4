import { BookingKind, BookingState, MealPeriod } from '@changke/gen/visit/v1/visit'
import type { Tone } from '../ui/parts.tsx'

/** The meal periods in the order of the day. */
export const meals = [MealPeriod.LUNCH, MealPeriod.TEA, MealPeriod.DINNER, MealPeriod.SUPPER] as const

/** Key of a meal period's word. */
export function mealKey(meal: MealPeriod): 'lunch' | 'tea' | 'dinner' | 'supper' {
  return meal === MealPeriod.LUNCH ? 'lunch' : meal === MealPeriod.TEA ? 'tea' : meal === MealPeriod.DINNER ? 'dinner' : 'supper'
}

/** Whether a time of day, HH:MM, lies in a meal's hours; supper goes past midnight. */
export const inHours = (time: string, { from, until }: { from: string; until: string }) => (from < until ? from <= time && time < until : from <= time || time < until)

/** The kinds of booking. */
export const kinds = [BookingKind.HALL, BookingKind.ROOM, BookingKind.BANQUET] as const

/** Key of a kind's word. */
export function kindKey(kind: BookingKind): 'hall' | 'room' | 'banquet' {
  return kind === BookingKind.HALL ? 'hall' : kind === BookingKind.BANQUET ? 'banquet' : 'room'
}

/** Key of a state's word, and its colour. */
export function bookingState(state: BookingState): { key: 'requested' | 'confirmed' | 'seated' | 'finished' | 'cancelled' | 'noShow'; tone: Tone } {
  switch (state) {
    case BookingState.CONFIRMED: return { key: 'confirmed', tone: 'calm' }
    case BookingState.SEATED: return { key: 'seated', tone: 'accent' }
    case BookingState.FINISHED: return { key: 'finished', tone: 'done' }
    case BookingState.CANCELLED: return { key: 'cancelled', tone: 'calm' }
    case BookingState.NO_SHOW: return { key: 'noShow', tone: 'late' }
    default: return { key: 'requested', tone: 'soon' }
  }
}

/** An amount in yuan as it is typed, as fen, and fen as yuan to be typed over; none is empty. */
export const yuan = (typed: string) => typed.replaceAll(/[^\d.]/g, '').replace(/^(\d*\.?\d{0,2}).*$/, '$1')
export const fenOf = (typed: string) => BigInt(Math.round((Number.parseFloat(typed) || 0) * 100))
export const yuanOf = (fen: bigint) => (fen === 0n ? '' : (Number(fen) / 100).toFixed(2).replace(/\.00$/, ''))
