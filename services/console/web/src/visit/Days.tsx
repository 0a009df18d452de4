import { DayGapKind, DayService, type LackingDay, type StoreTill } from '@changke/gen/visit/v1/day_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead, Wrong } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import '../ownership/safety.css'

/** 营业日: days that lack something, each with the way to mend it (RUL-07). */
export default function Days() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { store: at, zone } = useStores()
  const store = at?.id ?? ''
  const mayDeclare = useCan('day.declare')
  const { data, error, refetch } = useQuery(DayService.method.listStoreDays, { storeId: store, fromDate: '' }, { enabled: store !== '', refetchInterval: 60_000 })
  const [asking, setAsking] = useState<LackingDay>()
  return (
    <div className="page">
      <PageHead title={t('menu.days')} sub={<RuleText>{t('safety.daysLead')}</RuleText>} />
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={4} h={72} />}
      {data?.lacking.length === 0 && <div className="card"><Empty icon="check" title={t('safety.allComplete')} text={t('safety.allCompleteText', { from: formatDate(data.fromDate, lang), to: formatDate(data.toDate, lang) })} /></div>}
      {data && data.lacking.length > 0 && (
        <section className="card waits"><ul>
          {data.lacking.map((day) => (
            <li key={day.businessDate}>
              <div className="grow">
                <b>{formatDate(day.businessDate, lang)}</b> <Chip tone="late">{t('safety.incomplete')}</Chip>
                {day.gaps.map((gap) => (
                  <p key={gap.sentence}>{lang === 'en' ? gap.sentenceEn : gap.sentence}<br /><span className="second">{t(gap.kind === DayGapKind.BOOKINGS ? 'safety.mendBookings' : 'safety.mendTill')}</span></p>
                ))}
              </div>
              {day.gaps.some((gap) => gap.kind === DayGapKind.BOOKINGS) && <Go to={`/bookings?store=${store}&date=${day.businessDate}`} className="mend">{t('safety.toBookings')}</Go>}
              {mayDeclare && <Button onClick={() => setAsking(day)}>{t('safety.declare')}</Button>}
            </li>
          ))}
        </ul></section>
      )}
      {data && data.works.length > 0 && (
        <section className="card waits">
          <div className="card-head"><h2>{t('safety.works')}</h2></div>
          <ul>{data.works.map((w) => <li key={w.fromDate}><div className="grow"><b>{formatDate(w.fromDate, lang)} – {formatDate(w.toDate, lang)}</b> <Chip tone={w.fromDate <= data.toDate ? 'calm' : 'soon'}>{t('safety.closed')}</Chip><p>{w.reason}</p><small className="quiet">{t('safety.worksText')}</small></div></li>)}</ul>
        </section>
      )}
      {data && data.tills.length > 0 && <Tills storeId={store} tills={data.tills} today={data.toDate} mayRetire={mayDeclare} />}
      {data && data.declared.length > 0 && (
        <section className="card waits">
          <div className="card-head"><h2>{t('safety.declaredDays')}</h2></div>
          <ul>{data.declared.map((d) => <li key={d.businessDate}><div className="grow"><b>{formatDate(d.businessDate, lang)}</b><p>{d.reason}</p><small className="quiet">{d.declaredFor ? t('safety.byFor', { name: d.declaredBy, holder: d.declaredFor }) : d.declaredBy} · {formatTime(d.declareTime, lang, zone)}</small></div></li>)}</ul>
        </section>
      )}
      {asking && <Declare storeId={store} day={asking} onClose={() => setAsking(undefined)} />}
    </div>
  )
}

function useSettled() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: DayService, cardinality: 'finite' }) })
}

function Declare({ storeId, day, onClose }: { storeId: string; day: LackingDay; onClose(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const settled = useSettled()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const declare = useMutation(DayService.method.declareDay, { onSuccess: async () => { await settled(); onClose() } })
  const send = () => {
    setTried(true)
    if (reason.trim()) declare.mutate({ storeId, businessDate: day.businessDate, reason: reason.trim() })
  }
  return (
    <Dialog title={`${t('safety.declare')} · ${formatDate(day.businessDate, lang)}`} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        <p>{t('safety.declareHow')}</p>
        {day.gaps.map((gap) => <p key={gap.sentence} className="second">{lang === 'en' ? gap.sentenceEn : gap.sentence}</p>)}
        <div className="field"><label htmlFor="d-why">{t('safety.reason')}</label><Input id="d-why" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} placeholder={t('safety.declareHint')} /><Wrong text={tried && !reason.trim() ? t('safety.needReason') : ''} /></div>
        <Failure error={declare.error} onClose={() => declare.reset()} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={declare.isPending}>{t('safety.declare')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

function Tills({ storeId, tills, today, mayRetire }: { storeId: string; tills: StoreTill[]; today: string; mayRetire: boolean }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const settled = useSettled()
  const retire = useMutation(DayService.method.retireTill, { onSuccess: settled })
  return (
    <section className="card waits">
      <div className="card-head"><h2>{t('safety.tills')}</h2></div>
      <Failure error={retire.error} onClose={() => retire.reset()} />
      <ul>
        {tills.map((till) => (
          <li key={till.source}>
            <div className="grow"><b className="mono">{till.source}</b> <span className="second"><Icon name="clock" size={14} /> {till.retiredDate ? t('safety.tillGone', { date: formatDate(till.retiredDate, lang) }) : t('safety.tillSince', { date: formatDate(till.firstDate, lang) })}</span></div>
            {mayRetire && !till.retiredDate && (
              <Popconfirm title={t('safety.retireTitle')} description={t('safety.retireText')} okText={t('safety.retire')} cancelText={t('app.cancel')} onConfirm={() => retire.mutate({ storeId, source: till.source, fromDate: today })}>
                <Button loading={retire.isPending}>{t('safety.retire')}</Button>
              </Popconfirm>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
