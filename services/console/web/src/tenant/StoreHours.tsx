import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { OpeningSpan, StoreDetail } from '@changke/gen/tenant/v1/tenant'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { explain } from '../app/faults.ts'
import { useCan } from '../app/me.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useEdit } from '../ui/hooks.ts'
import { Failure, Go, Latest, useFlash } from '../ui/parts.tsx'
import { TimeInput } from '../ui/TimeInput.tsx'
import { useChanged } from './changed.ts'
import { hhmm, minutesOf } from './clock.ts'
import type { TabProps } from './StoreBasics.tsx'
import { daysOf, spansOf, usual, weekdays, type Days } from './hours.ts'
import { inForce, placesOf, valueAt } from './values.ts'

/** 营业时间: a week of hours, and the meal periods that the rules give this store. */
export function StoreHours(props: TabProps) {
  return (
    <div className="store-basics">
      <Week {...props} />
      <Meals {...props} />
    </div>
  )
}

const weekOf = (detail: StoreDetail) => daysOf(detail.hours)

function Week({ detail: newest, mayWrite, reload }: TabProps) {
  const { t } = useTranslation()
  const changed = useChanged()
  const { seen: detail, form: days, set: change, renew, reset } = useEdit(newest, weekOf)
  const [flash, mark] = useFlash()
  const save = useMutation(TenantService.method.setStoreHours, { onSuccess: async () => { await changed(); reset(); mark(t('store.saved')) } })
  const put = (next: Partial<Days>) => {
    if (save.error) save.reset()
    change(next)
  }
  const again = async () => {
    renew(await reload())
    save.reset()
  }
  const spans = spansOf(days)
  const none = weekdays.every((d) => days[d].length === 0)
  const same = JSON.stringify(spans) === JSON.stringify(spansOf(weekOf(detail)))
  const send = (hours = spans) => hours && detail.store && save.mutate({ storeId: detail.store.id, baseVersion: detail.store.version, hours })
  if (none && detail.hours.length === 0) {
    return (
      <section className="card pad stack">
        <h2>{t('store.hours')}</h2>
        <p>{t('store.hoursNone')}</p>
        {mayWrite && <div className="actions"><Button type="primary" onClick={() => put(usual())}>{t('store.hoursSet')}</Button></div>}
      </section>
    )
  }
  return (
    <section className="card pad stack">
      <h2>{t('store.hours')}</h2>
      <p className="help second">{t('store.hoursHelp')}</p>
      <ul className="week">
        {weekdays.map((d) => {
          const day = t(`store.weekdays.d${d}`)
          const set = (list: Days[typeof d]) => put({ [d]: list })
          return (
            <li key={d}>
              <label className="row tick"><input type="checkbox" disabled={!mayWrite} checked={days[d].length > 0} aria-label={t('store.isOpen', { day })} onChange={(e) => set(e.target.checked ? usual()[d] : [])} /><b>{day}</b></label>
              <div className="spans">
                {days[d].length === 0 && <span className="quiet">{t('store.rest')}</span>}
                {days[d].map((s, i) => (
                  <div key={i} className="row span">
                    <TimeInput label={t('store.opens', { day })} value={s.opens} disabled={!mayWrite} onChange={(opens) => set(days[d].map((o, j) => (j === i ? { ...o, opens } : o)))} />
                    <span>–</span>
                    <TimeInput label={t('store.closes', { day })} value={s.closes} disabled={!mayWrite} onChange={(closes) => set(days[d].map((o, j) => (j === i ? { ...o, closes } : o)))} />
                    <span className="next quiet small">{(minutesOf(s.closes) ?? 1440) <= (minutesOf(s.opens) ?? 0) && t('store.nextDay')}</span>
                    {mayWrite && days[d].length > 1 && <button type="button" className="iconbutton" aria-label={t('store.dropSpan')} title={t('store.dropSpan')} onClick={() => set(days[d].filter((_, j) => j !== i))}><Icon name="cross" size={16} /></button>}
                  </div>
                ))}
              </div>
              {mayWrite && days[d].length > 0 && days[d].length < 4 && <button type="button" className="iconbutton" aria-label={t('store.addSpan')} title={t('store.addSpan')} onClick={() => set([...days[d], { opens: '17:00', closes: '21:00' }])}><Icon name="plus" size={16} /></button>}
            </li>
          )
        })}
      </ul>
      <Failure error={save.error}><Latest error={save.error} onLoad={() => void again()} />{save.error && explain(save.error).violations.map((v) => <p key={v.field}>{v.message}</p>)}</Failure>
      {mayWrite && (
        <div className="actions">
          <Button type="primary" disabled={same || !spans} loading={save.isPending} onClick={() => send()}>{t('store.save')}</Button>
          <Button onClick={() => put(Object.fromEntries(weekdays.map((d) => [d, days[1]])) as Days)}>{t('store.copyDown')}</Button>
          {detail.hours.length > 0 && <Button type="text" onClick={() => { put(daysOf([])); send([]) }}>{t('store.hoursClear')}</Button>}
          {flash}
        </div>
      )}
    </section>
  )
}

const periods = [['lunch', 'visit.lunch_from'], ['tea', 'visit.tea_from'], ['dinner', 'visit.dinner_from'], ['supper', 'visit.supper_from']] as const

// The periods are rules (VIS-10): a change needs a first day, so it is made there.
function Meals({ detail, store }: TabProps) {
  const { t } = useTranslation()
  const mayRead = useCan('rules.read')
  const mayPublish = useCan('rules.publish')
  const { data } = useQuery(TenantService.method.listRuleSets, {}, { enabled: mayRead })
  if (!data) return null
  const places = placesOf(inForce(data.ruleSets, store.businessDate))
  const from = periods.map(([, key]) => data.fields.find((f) => f.key === key)).map((f) => (f ? Number(valueAt(f, places, store.id)) : 0))
  return (
    <section className="card pad stack">
      <h2>{t('store.meals')}</h2>
      <p className="help second">{t('store.mealsHelp')}</p>
      <dl className="meals">
        {periods.map(([meal], i) => {
          const until = i === 3 ? store.cutoverMinutes + 1440 : (from[i + 1] ?? 0)
          const served = detail.hours.length === 0 || detail.hours.some((s: OpeningSpan) => s.opensMinute < until && s.closesMinute > (from[i] ?? 0))
          return <div key={meal}><dt>{t(`meal.${meal}`)}</dt><dd>{t('store.until', { from: hhmm(from[i] ?? 0), to: hhmm(until) })} {!served && <span className="quiet">{t('store.notServed')}</span>}</dd></div>
        })}
      </dl>
      {mayPublish && <Go to="/rules">{t('store.mealsEdit')}</Go>}
    </section>
  )
}
