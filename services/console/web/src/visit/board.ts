import type { Booking, Resource } from '@changke/gen/visit/v1/visit'
import { BookingKind, BookingState, type MealPeriod } from '@changke/gen/visit/v1/visit'
import { meals } from './words.ts'

/** What a place is in one meal: who has it, and how much of it is free. */
export interface Slot {
  meal: MealPeriod
  bookings: Booking[]
  /** 1 or 0; of a hall its tables that are left. */
  free: number
}

/** A room, table or hall with its meals; without one: bookings that have no place yet. */
export interface PlaceRow {
  resource?: Resource
  slots: Slot[]
}

/** Called off, or nobody came: it takes no place. */
export const isOff = (b: Booking) => b.state === BookingState.CANCELLED || b.state === BookingState.NO_SHOW

/** Ids of the places a booking holds or held. */
export const placesOf = (b: Booking) => (b.places.length > 0 ? b.places.map((p) => p.resourceId) : b.resourceId ? [b.resourceId] : [])

// A table is free again when its guests have left; a room is booked once a meal (VIS-10).
const holds = (b: Booking) => !isOff(b) && (b.kind !== BookingKind.HALL || b.state !== BookingState.FINISHED)

/** What is free of a place in a meal, less the booking that wants to move. */
export function freeOf(resource: Resource, meal: MealPeriod, bookings: Booking[], but = ''): number {
  const there = bookings.filter((b) => b.id !== but && b.mealPeriod === meal && holds(b) && placesOf(b).includes(resource.id))
  if (resource.kind === BookingKind.BANQUET) return Math.max(0, resource.tables - there.reduce((sum, b) => sum + b.tables, 0))
  return there.length > 0 ? 0 : 1
}

/** Whether a place is in use on a business day. */
export const inUse = (r: Resource, date: string) => (!r.activeDate || r.activeDate <= date) && (!r.retiredDate || date < r.retiredDate)

/** Where a place stands, for the filter by area: 2 楼 临湖. */
export const areaOf = (r: Resource) => [r.floor, r.area].filter(Boolean).join(' ')

/** The board of a day: places in the store's order, each with its meals, and last what has no place yet. */
export function boardOf(resources: Resource[], bookings: Booking[], date: string): PlaceRow[] {
  const rows: PlaceRow[] = resources
    .filter((r) => inUse(r, date) || bookings.some((b) => !isOff(b) && placesOf(b).includes(r.id)))
    .map((resource) => ({
      resource,
      slots: meals.map((meal) => ({
        meal,
        bookings: bookings.filter((b) => b.mealPeriod === meal && !isOff(b) && placesOf(b).includes(resource.id)),
        free: inUse(resource, date) ? freeOf(resource, meal, bookings) : 0,
      })),
    }))
  const homeless = bookings.filter((b) => !isOff(b) && placesOf(b).length === 0)
  if (homeless.length > 0) rows.push({ slots: meals.map((meal) => ({ meal, bookings: homeless.filter((b) => b.mealPeriod === meal), free: 0 })) })
  return rows
}
