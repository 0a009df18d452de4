// Dates of guests, solar or lunar, as they read. Which dates there are, and when
// one returns, only the server says.
import { create } from '@bufbuild/protobuf'
import { CalendarDateSchema, type Anniversary, type CalendarDate, type DayReturn } from '@changke/gen/customer/v1/customer'
import { formatDate, inBrackets, type Language } from '../ui/format.ts'

/** Names of the lunar months from 正月, and of the days from 初一. */
export const lunarMonths = ['正月', '二月', '三月', '四月', '五月', '六月', '七月', '八月', '九月', '十月', '冬月', '腊月'] as const
export const lunarDays = ['初一', '初二', '初三', '初四', '初五', '初六', '初七', '初八', '初九', '初十', '十一', '十二', '十三', '十四', '十五', '十六', '十七', '十八', '十九', '二十', '廿一', '廿二', '廿三', '廿四', '廿五', '廿六', '廿七', '廿八', '廿九', '三十'] as const

const monthName = (month: number) => new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' }).format(Date.UTC(2000, month - 1, 1))

const lunar = (month: number, leap: boolean, day: number, lang: Language) =>
  lang === 'zh-CN'
    ? `农历${leap ? '闰' : ''}${lunarMonths[month - 1] ?? ''}${lunarDays[day - 1] ?? ''}`
    : `lunar ${leap ? 'leap ' : ''}month ${month}, day ${day}`

/** 1974年6月18日, 农历1974年闰四月廿八, 6月18日; 18 Jun 1974, lunar month 4, day 28, 1974. Absent gives empty. */
export function formatDay(day: CalendarDate | undefined, lang: Language): string {
  if (!day?.month || !day.day) return ''
  if (lang === 'en') {
    const text = day.lunar ? lunar(day.month, day.leapMonth, day.day, lang) : `${day.day} ${monthName(day.month)}`
    return day.year ? `${text}${day.lunar ? ',' : ''} ${day.year}` : text
  }
  const year = day.year ? `${day.year}年` : ''
  return day.lunar ? `农历${year}${lunar(day.month, day.leapMonth, day.day, lang).slice(2)}` : `${year}${day.month}月${day.day}日`
}

/** 金婚 10月8日、孩子生日 2010年6月1日. */
export const formatAnniversaries = (all: readonly Anniversary[], lang: Language) => all.map((a) => `${a.label} ${formatDay(a.date, lang)}`).join(lang === 'en' ? ', ' : '、')

/** 12月3日 周四（农历十月廿五）: when a date is kept next. */
export function formatReturn(next: DayReturn, lang: Language): string {
  const also = lunar(next.lunarMonth, next.lunarLeapMonth, next.lunarDay, lang)
  return inBrackets(formatDate(next.date, lang), also, lang)
}

/** A date with some of its parts changed; undefined once nothing is left of it. */
export function withPart(day: CalendarDate | undefined, part: Partial<CalendarDate>): CalendarDate | undefined {
  const { lunar: isLunar = false, year = 0, month = 0, leapMonth = false, day: dayOf = 0 } = { ...day, ...part }
  const next = create(CalendarDateSchema, { lunar: isLunar, year, month, leapMonth: leapMonth && isLunar, day: isLunar && dayOf > lunarDays.length ? 0 : dayOf })
  return next.year || next.month || next.day || next.leapMonth ? next : undefined
}
