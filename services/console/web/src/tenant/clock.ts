import { useTranslation } from 'react-i18next'

/** Zones a chain of restaurants may lie in; a store's own is always offered too. */
export const zones = ['Asia/Shanghai', 'Asia/Urumqi', 'Asia/Hong_Kong', 'Asia/Macau', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Tokyo', 'Europe/London', 'America/New_York', 'America/Los_Angeles', 'Australia/Sydney']

/** Minutes after midnight as HH:MM, those past midnight on the next day's clock. */
export function hhmm(minutes: number): string {
  const m = ((minutes % 1440) + 1440) % 1440
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`
}

/** HH:MM as minutes after midnight; undefined when it is none. */
export function minutesOf(text: string): number | undefined {
  const [, h, m] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? []
  return h === undefined || m === undefined || Number(h) > 23 || Number(m) > 59 ? undefined : Number(h) * 60 + Number(m)
}

/** When a store's business day begins, in words. */
export function useClock(): (of: { cutoverMinutes: number; zone: string }) => string {
  const { t } = useTranslation()
  return ({ cutoverMinutes, zone }) => t('store.clockNow', { time: hhmm(cutoverMinutes), zone: zone === 'Asia/Shanghai' ? t('store.beijing') : zone })
}
