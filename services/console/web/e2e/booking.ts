import { expect, type APIRequestContext } from '@playwright/test'
import { call } from './console.ts'

/** The store of whoever is signed in, and its business day: until four in the morning it is yesterday's date. */
export async function here(request: APIRequestContext) {
  const { me: { rights } } = await (await call(request, 'staff.v1.AuthService/WhoAmI')).json()
  const storeId = rights.flatMap((right: { storeIds?: string[] }) => right.storeIds ?? [])[0] as string
  const { businessDate } = await (await call(request, 'visit.v1.BookingService/ListBookings', { storeId })).json()
  return { storeId, today: businessDate as string }
}

/** A day that is so many days after another. */
export const dayAfter = (day: string, n: number) => new Date(Date.parse(day) + n * 86_400_000).toISOString().slice(0, 10)

/** Enters a booking, of tonight's supper if nothing else is said, for a journey that is about what comes after. */
export async function book(request: APIRequestContext, more: object) {
  const answer = await call(request, 'visit.v1.BookingService/CreateBooking', { requestId: crypto.randomUUID(), kind: 'BOOKING_KIND_HALL', mealPeriod: 'MEAL_PERIOD_SUPPER', guests: 4, ...more })
  expect(answer.ok(), await answer.text()).toBeTruthy()
  return (await answer.json()).booking as { id: string; ref: string }
}
