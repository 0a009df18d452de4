import { SafetyService, WaitCause } from '@changke/gen/ownership/v1/safety_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { useCan } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Go } from '../ui/parts.tsx'
import { ruleName } from './words.ts'
import './safety.css'

/** What waits, and whether it is known yet: pages hold what stands below until then, so that nothing jumps. */
export function useWaits() {
  const may = useCan('day.read')
  const { data, isLoading } = useQuery(SafetyService.method.listWaits, {}, { enabled: may, refetchInterval: 60_000 })
  return { waits: data?.waits ?? [], known: !isLoading }
}

/** Stores that the runs leave out, with the reason and the way to mend it (RUL-07, RUL-08). Nothing where none waits. */
export function Waits() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const mayBrake = useCan('run.read')
  const elsewhere = useLocation().pathname !== '/runs' // the stopped runs stand on that page
  const { waits } = useWaits()
  if (waits.length === 0) return null
  return (
    <section className="card waits" aria-label={t('safety.waits')}>
      <div className="card-head"><h2><Icon name="alert" size={18} /> {t('safety.waits')}</h2></div>
      <ul>
        {waits.map((w) => {
          const brake = w.cause === WaitCause.BRAKE
          const gaps = lang === 'en' ? w.gapsEn : w.gaps
          return (
            <li key={`${w.storeId} ${w.rule}`}>
              <div className="grow">
                <b>{w.storeName}</b> <Chip tone={brake || gaps.length > 0 ? 'late' : 'soon'}>{t(brake ? 'safety.braked' : gaps.length > 0 ? 'safety.waiting' : 'safety.catchingUp')}</Chip>
                <p>{brake ? t('safety.brakeWhy', { rule: ruleName(t, w.rule), date: formatDate(w.stepDate, lang) }) : gaps.length === 0 ? t('safety.catchWhy', { from: formatDate(w.stepDate, lang) }) : t('safety.dayWhy', { date: formatDate(w.incompleteDate, lang), from: formatDate(w.stepDate, lang) })}</p>
                {gaps.map((gap) => <p key={gap} className="second">{gap}</p>)}
              </div>
              {brake ? mayBrake && elsewhere && <Go to="/runs" className="mend">{t('safety.toBrakes')}</Go> : <Go to={`/days?store=${w.storeId}`} className="mend">{t('safety.toDays')}</Go>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
