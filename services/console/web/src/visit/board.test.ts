import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { BookingKind, BookingSchema, BookingState, MealPeriod, ResourceSchema } from '@changke/gen/visit/v1/visit'
import { expect, test } from 'vitest'
import { boardOf, freeOf } from './board.ts'

const room = create(ResourceSchema, { id: 'r', kind: BookingKind.ROOM, name: '牡丹厅' })
const table = create(ResourceSchema, { id: 't', kind: BookingKind.HALL, name: 'A01' })
const hall = create(ResourceSchema, { id: 'h', kind: BookingKind.BANQUET, name: '百合厅', tables: 10 })
const booking = (b: MessageInitShape<typeof BookingSchema>) => create(BookingSchema, { mealPeriod: MealPeriod.DINNER, state: BookingState.CONFIRMED, ...b })
const at = (resourceId: string) => [{ resourceId, name: resourceId }]

test('a room is taken for the whole meal, a table until its guests have left', () => {
  const left = booking({ id: '1', kind: BookingKind.ROOM, places: at('r'), state: BookingState.FINISHED })
  const gone = booking({ id: '2', kind: BookingKind.HALL, places: at('t'), state: BookingState.FINISHED })
  expect(freeOf(room, MealPeriod.DINNER, [left])).toBe(0)
  expect(freeOf(room, MealPeriod.LUNCH, [left])).toBe(1)
  expect(freeOf(room, MealPeriod.DINNER, [left], '1')).toBe(1)
  expect(freeOf(table, MealPeriod.DINNER, [gone])).toBe(1)
  expect(freeOf(room, MealPeriod.DINNER, [booking({ places: at('r'), state: BookingState.NO_SHOW })])).toBe(1)
})

test('a hall counts its tables', () => {
  const banquets = [3, 4].map((tables) => booking({ id: String(tables), kind: BookingKind.BANQUET, places: at('h'), tables }))
  expect(freeOf(hall, MealPeriod.DINNER, banquets)).toBe(3)
})

test('tables put together stand in both rows, what has no place in a row of its own, what is called off nowhere', () => {
  const both = booking({ id: '1', kind: BookingKind.HALL, places: [...at('t'), ...at('r')] })
  const rows = boardOf([room, table, hall], [both, booking({ id: '2' }), booking({ id: '3', state: BookingState.CANCELLED })], '2026-03-10')
  const dinner = rows.map((r) => r.slots[2]!.bookings.map((b) => b.id))
  expect(dinner).toEqual([['1'], ['1'], [], ['2']])
  expect(rows.at(-1)!.resource).toBeUndefined()
})

test('a retired place is shown only while somebody still has it', () => {
  const retired = create(ResourceSchema, { ...room, retiredDate: '2026-03-01' })
  expect(boardOf([retired], [], '2026-03-10')).toEqual([])
  const rows = boardOf([retired], [booking({ id: '1', places: at('r') })], '2026-03-10')
  expect(rows[0]!.slots.every((s) => s.free === 0)).toBe(true)
})
