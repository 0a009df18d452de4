import { timestampMs } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { endOfDay, startOfDay } from './days.ts'
import { readable } from './Row.tsx'

const iso = (t: ReturnType<typeof startOfDay>) => t && new Date(timestampMs(t)).toISOString()

test('a day begins and ends where its place is', () => {
  expect(iso(startOfDay('2026-03-10', 'Asia/Shanghai'))).toBe('2026-03-09T16:00:00.000Z')
  expect(iso(endOfDay('2026-02-28', 'Asia/Shanghai'))).toBe('2026-02-28T16:00:00.000Z')
  expect(iso(startOfDay('2026-03-29', 'Europe/Berlin'))).toBe('2026-03-28T23:00:00.000Z')
  expect(iso(endOfDay('2026-03-29', 'Europe/Berlin'))).toBe('2026-03-29T22:00:00.000Z')
})

test('what is no day narrows nothing', () => {
  for (const bad of ['', null, '2026-3-1', 'x', '2026-99-99']) expect(startOfDay(bad, 'Asia/Shanghai')).toBeUndefined()
})

test('values read as dates and moments where they are some', () => {
  expect(readable('2026-04-01', 'zh-CN', 'Asia/Shanghai')).toContain('4月1日')
  expect(readable('2026-04-01T04:00:00Z', 'zh-CN', 'Asia/Shanghai')).toContain('12:00')
  expect(readable('友谊店', 'zh-CN', undefined)).toBe('友谊店')
})
