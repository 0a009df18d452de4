import type { CalendarDate, DayReturn } from '@changke/gen/customer/v1/customer'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { formatReturn, lunarDays, lunarMonths, withPart } from './days.ts'
import './day.css'

interface Props {
  value: CalendarDate | undefined
  onChange(value: CalendarDate | undefined): void
  /** Begins the ids of its inputs; the label points at `id`, which is the month. */
  id: string
  /** When the date is kept next, as the server says; absent while it has not been asked. */
  next?: DayReturn
  wrong?: boolean
  required?: boolean
}

const solarMonths = Array.from({ length: 12 }, (_, i) => i + 1)
const solarDays = Array.from({ length: 31 }, (_, i) => i + 1)

/** A date as a guest tells it, solar or lunar, its year if he told it (CUS-09): picked, never typed. */
export function DayField({ value, onChange, id, next, wrong, required }: Props) {
  const { t } = useTranslation()
  const lang = useLanguage()
  // Which calendar was chosen before anything else is.
  const [chosen, setChosen] = useState(false)
  const lunar = value?.lunar ?? chosen
  const set = (part: Partial<CalendarDate>) => onChange(withPart(value, { lunar, ...part }))
  const select = { className: 'native', 'aria-invalid': wrong ? (true as const) : undefined, 'aria-describedby': `${id}-note` }
  const days = lunar ? lunarDays.map((name, i) => (lang === 'en' ? String(i + 1) : name)) : solarDays.map((d) => t('day.dayOf', { day: d }))
  const months = lunar ? lunarMonths.map((name, i) => (lang === 'en' ? t('day.monthOf', { month: i + 1 }) : name)) : solarMonths.map((m) => t('day.monthOf', { month: m }))
  return (
    <div className="day" role="group" aria-labelledby={`${id}-label`}>
      <div className="choices" role="radiogroup" aria-label={t('day.calendar')}>
        {[false, true].map((is) => (
          <label className="choice" key={String(is)}>
            <input type="radio" name={`${id}-calendar`} checked={lunar === is} onChange={() => { setChosen(is); onChange(withPart(value, { lunar: is })) }} />
            <span>{t(is ? 'day.lunar' : 'day.solar')}</span>
          </label>
        ))}
        {lunar && (
          <label className="row tick leap">
            <input type="checkbox" checked={value?.leapMonth ?? false} onChange={(e) => set({ leapMonth: e.target.checked })} />
            {t('day.leap')}
          </label>
        )}
      </div>
      <div className="day-parts">
        <input {...select} id={`${id}-year`} inputMode="numeric" autoComplete="off" maxLength={4} placeholder={t('day.noYear')} aria-label={t('day.year')} value={value?.year || ''} onChange={(e) => set({ year: Number(e.target.value.replaceAll(/\D/g, '')) })} />
        <select {...select} id={id} aria-label={t('day.month')} aria-required={required || undefined} value={value?.month ?? 0} onChange={(e) => set({ month: Number(e.target.value) })}>
          <option value={0}>{t('day.month')}</option>
          {months.map((name, i) => <option key={name} value={i + 1}>{name}</option>)}
        </select>
        <select {...select} id={`${id}-day`} aria-label={t('day.day')} value={value?.day ?? 0} onChange={(e) => set({ day: Number(e.target.value) })}>
          <option value={0}>{t('day.day')}</option>
          {days.map((name, i) => <option key={name} value={i + 1}>{name}</option>)}
        </select>
      </div>
      {value && next && !wrong && <p className="help" aria-live="polite"><Icon name="today" size={14} /> {t('day.next', { day: formatReturn(next, lang) })}</p>}
    </div>
  )
}
