import type { AppealVisit } from '@changke/gen/ownership/v1/appeal'
import { useTranslation } from 'react-i18next'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip } from '../ui/parts.tsx'

const periods = ['lunch', 'tea', 'dinner', 'supper'] as const

/** A meal's name of its day and period. */
export const mealKey = (v: AppealVisit) => `${v.businessDate} ${v.mealPeriod}`

/** Meals of a guest: whose credit each is, and who booked it; with a box to refer to each where onToggle is given. */
export function Meals({ meals, chosen, onToggle }: { meals: AppealVisit[]; chosen?: string[]; onToggle?(key: string): void }) {
  const { t } = useTranslation()
  return (
    <ul className="appeal-meals" aria-label={t('appeal.meals')}>
      {meals.map((v) => (
        <li key={mealKey(v)}>
          {onToggle ? <label><input type="checkbox" checked={chosen?.includes(mealKey(v)) ?? false} onChange={() => onToggle(mealKey(v))} /><Meal visit={v} /></label> : <Meal visit={v} />}
        </li>
      ))}
    </ul>
  )
}

function Meal({ visit: v }: { visit: AppealVisit }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const period = periods[v.mealPeriod - 1] ?? 'dinner'
  return (
    <span className="appeal-meal">
      <b>{formatDate(v.businessDate, lang)} {t(`meal.${period}`)}</b>
      {v.counted ? <Chip tone={v.creditedName ? 'accent' : 'calm'}>{v.creditedName ? t('appeal.credited', { name: v.creditedName }) : t('appeal.uncredited')}</Chip> : <Chip>{t('appeal.uncounted')}</Chip>}
      {v.bookedName && <span className="second small">{t(v.noticed ? 'appeal.booked' : 'appeal.bookedUntold', { name: v.bookedName })}</span>}
    </span>
  )
}
