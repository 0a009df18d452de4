// How dates, times and money read on every page, in both languages.
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt'

/** The languages of the console; the first is the default. */
export type Language = 'zh-CN' | 'en'

/** 11月21日 周六, or Sat 21 Nov; with the year when it is not `thisYear`. Takes YYYY-MM-DD, empty gives empty. */
export function formatDate(date: string, lang: Language, thisYear = new Date().getFullYear()): string {
  const [y, m, d] = date.split('-').map(Number)
  if (!y || !m || !d) return ''
  const day = new Date(Date.UTC(y, m - 1, d))
  const weekday = new Intl.DateTimeFormat(lang, { weekday: 'short', timeZone: 'UTC' }).format(day)
  if (lang === 'zh-CN') return `${y === thisYear ? '' : `${y}年`}${m}月${d}日 ${weekday}`
  const month = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' }).format(day)
  return `${weekday} ${d} ${month}${y === thisYear ? '' : ` ${y}`}`
}

/** 2026年11月, or Nov 2026. Takes YYYY-MM. */
export function formatMonth(month: string, lang: Language): string {
  const [y, m] = month.split('-').map(Number)
  if (!y || !m) return ''
  return lang === 'zh-CN'
    ? `${y}年${m}月`
    : new Intl.DateTimeFormat('en', { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(Date.UTC(y, m - 1, 1)))
}

/** 11月21日 14:05 in the store's zone; empty when absent. */
export function formatTime(time: Timestamp | undefined, lang: Language, zone?: string, thisYear = new Date().getFullYear()): string {
  if (!time) return ''
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone || undefined,
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  }).formatToParts(timestampMs(time))
  const at = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  const [month, day] = [Number(at('month')), Number(at('day'))]
  const clock = `${at('hour')}:${at('minute')}`
  const year = Number(at('year')) === thisYear ? '' : at('year')
  if (lang === 'zh-CN') return `${year && `${year}年`}${month}月${day}日 ${clock}`
  const name = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' }).format(new Date(Date.UTC(2000, month - 1, 1)))
  return `${day} ${name}${year && ` ${year}`} ${clock}`
}

/** 14:05 in the store's zone. */
export function formatClock(time: Timestamp, zone?: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone || undefined, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(timestampMs(time))
}

/** The hour a clock ends: 21:30, or with the day when that is not today's. */
export function formatUntil(due: number, now: number, lang: Language, zone?: string): string {
  const day = (ms: number) => new Intl.DateTimeFormat('en-CA', { timeZone: zone || undefined }).format(ms)
  const at = timestampFromMs(due)
  return day(due) === day(now) ? formatClock(at, zone) : formatTime(at, lang, zone)
}

/** ¥1,280.00 from fen. */
export function formatFen(fen: bigint): string {
  const sign = fen < 0n ? '-' : ''
  const abs = fen < 0n ? -fen : fen
  return `${sign}¥${(abs / 100n).toLocaleString('en-US')}.${String(abs % 100n).padStart(2, '0')}`
}

/** ¥12.8万 / ¥128k: for boards, where the single yuan does not matter. */
export function formatFenShort(fen: bigint, lang: Language): string {
  const yuan = Number(fen / 100n)
  return `¥${new Intl.NumberFormat(lang, { notation: 'compact', maximumFractionDigits: 1 }).format(yuan)}`
}

/** 1,280 */
export function formatCount(n: number | bigint): string {
  return n.toLocaleString('en-US')
}

/** A length of time cut into its largest useful unit, for "还剩 3 小时". */
export function span(ms: number): { unit: 'days' | 'hours' | 'minutes'; count: number } {
  const minutes = Math.max(0, Math.floor(Math.abs(ms) / 60_000))
  if (minutes >= 48 * 60) return { unit: 'days', count: Math.floor(minutes / 1440) }
  if (minutes >= 60) return { unit: 'hours', count: Math.floor(minutes / 60) }
  return { unit: 'minutes', count: minutes }
}

/** The moment a clock in `zone` shows 04:00, when the business day of a YYYY-MM-DD begins. */
export function businessDayStart(date: string, zone?: string): Date {
  const guess = Date.parse(`${date}T04:00:00Z`)
  const shown = new Intl.DateTimeFormat('en-CA', { timeZone: zone || undefined, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(guess)
  const at = (type: string) => shown.find((p) => p.type === type)?.value ?? ''
  return new Date(2 * guess - Date.parse(`${at('year')}-${at('month')}-${at('day')}T${at('hour')}:${at('minute')}:00Z`))
}

/** Words in a row: 姓名、性别 or name, sex. */
export function joinWords(words: string[], lang: Language): string {
  return words.join(lang === 'zh-CN' ? '、' : ', ')
}

/** What something is, and what is said of it: 姓名：太短 or name: too short. */
export function labelled(label: string, text: string, lang: Language): string {
  return lang === 'zh-CN' ? `${label}：${text}` : `${label}: ${text}`
}

/** With a remark behind it: 王芳（友谊店） or Wang Fang (Youyi). */
export function inBrackets(text: string, remark: string, lang: Language): string {
  return lang === 'zh-CN' ? `${text}（${remark}）` : `${text} (${remark})`
}

/** The day `days` after a YYYY-MM-DD. */
export function addDays(date: string, days: number): string {
  const [y = 0, m = 1, d = 1] = date.split('-').map(Number)
  return new Date(Date.UTC(y, m - 1, d + days)).toISOString().slice(0, 10)
}
