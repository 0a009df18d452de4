import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { addDays, formatDate, formatFen, formatFenShort, formatMonth, formatTime, span } from './format.ts'

test('dates read as people in each language write them', () => {
  expect(formatDate('2026-11-21', 'zh-CN', 2026)).toBe('11月21日 周六')
  expect(formatDate('2025-11-21', 'zh-CN', 2026)).toBe('2025年11月21日 周五')
  expect(formatDate('2026-11-21', 'en', 2026)).toBe('Sat 21 Nov')
  expect(formatDate('', 'zh-CN')).toBe('')
  expect(formatMonth('2026-03', 'zh-CN')).toBe('2026年3月')
})

test('money is exact, also beyond what a float holds', () => {
  expect(formatFen(128000n)).toBe('¥1,280.00')
  expect(formatFen(9007199254740993n)).toBe('¥90,071,992,547,409.93')
  expect(formatFen(-5n)).toBe('-¥0.05')
  expect(formatFenShort(12800000n, 'zh-CN')).toBe('¥12.8万')
})

test('times are shown in the store’s zone, not the reader’s', () => {
  const time = timestampFromDate(new Date('2025-11-21T17:30:00Z'))
  expect(formatTime(time, 'zh-CN', 'Asia/Shanghai')).toContain('11月22日 01:30')
  expect(formatTime(undefined, 'zh-CN')).toBe('')
})

test('spans and days', () => {
  expect(span(3 * 3_600_000)).toEqual({ unit: 'hours', count: 3 })
  expect(span(-50 * 3_600_000)).toEqual({ unit: 'days', count: 2 })
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
})
