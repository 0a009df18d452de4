import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { Store, StoreClosure } from '@changke/gen/tenant/v1/tenant'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addDays, formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Empty, Failure, Wrong } from '../ui/parts.tsx'
import { useChanged } from './changed.ts'
import { OpenBookings, type TabProps } from './StoreBasics.tsx'

/** 停业: days of works, which take no bookings and do not count against guests (RUL-07). */
export function StoreWorks({ detail, store, mayWrite }: TabProps) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const changed = useChanged()
  const [asking, setAsking] = useState<'new' | StoreClosure>()
  const [left, setLeft] = useState(0)
  const withdraw = useMutation(TenantService.method.withdrawStoreClosure, { onSuccess: changed })
  const today = store.businessDate
  const list = [...detail.closures].reverse()
  const add = mayWrite && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => setAsking('new')}>{t('store.worksNew')}</Button>
  return (
    <div className="stack">
      <div className="list-bar"><p className="second">{t('store.worksLead')}</p>{list.length > 0 && add}</div>
      {left > 0 && <OpenBookings count={left} storeId={store.id} />}
      <Failure error={withdraw.error} onClose={() => withdraw.reset()} />
      {list.length === 0 ? <div className="card"><Empty icon="clock" title={t('store.worksEmpty')} text={t('store.worksEmptyText')}>{add}</Empty></div> : (
        <ul className="cards works">
          {list.map((c) => {
            const begun = c.fromDate <= today
            const over = c.toDate < today
            return (
              <li key={c.id} className="card">
                <div className="row">
                  <div className="grow">
                    <b>{formatDate(c.fromDate, lang)} – {formatDate(c.toDate, lang)}</b> <span className="second">{t('store.worksDays', { count: daysIn(c) })}</span>
                    <p>{c.reason}</p>
                    <small className="quiet">{t('store.worksBy', { name: c.createdBy || t('timeline.system'), time: formatTime(c.createTime, lang, store.zone) })}</small>
                  </div>
                  <Chip tone={over ? 'calm' : begun ? 'late' : 'soon'}>{t(over ? 'store.worksOver' : begun ? 'store.worksNow' : 'store.worksComing')}</Chip>
                </div>
                {mayWrite && !over && (
                  <div className="actions">
                    <Button size="small" onClick={() => setAsking(c)}>{t('store.worksEnd')}</Button>
                    {!begun && (
                      <Popconfirm title={t('store.worksWithdrawTitle')} description={t('store.worksWithdrawText')} okText={t('store.worksWithdraw')} cancelText={t('app.cancel')} onConfirm={() => withdraw.mutate({ storeId: store.id, closureId: c.id })}>
                        <Button size="small" loading={withdraw.isPending && withdraw.variables?.closureId === c.id}>{t('store.worksWithdraw')}</Button>
                      </Popconfirm>
                    )}
                  </div>
                )}
              </li>
            )
          })}
        </ul>
      )}
      {asking && <WorksDialog store={store} closure={asking === 'new' ? undefined : asking} onClose={() => setAsking(undefined)} onDone={(n) => { setAsking(undefined); setLeft(n) }} />}
    </div>
  )
}

const daysIn = (c: StoreClosure) => Math.round((Date.parse(c.toDate) - Date.parse(c.fromDate)) / 86_400_000) + 1

function WorksDialog({ store, closure, onClose, onDone }: { store: Store; closure: StoreClosure | undefined; onClose(): void; onDone(open: number): void }) {
  const { t } = useTranslation()
  const changed = useChanged()
  const [from, setFrom] = useState(closure?.fromDate ?? addDays(store.businessDate, 1))
  const [to, setTo] = useState(closure?.toDate ?? addDays(store.businessDate, 7))
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const done = async (r: { openBookings: number }) => { await changed(); onDone(r.openBookings) }
  const enter = useMutation(TenantService.method.createStoreClosure, { onSuccess: done })
  const end = useMutation(TenantService.method.endStoreClosure, { onSuccess: done })
  const bad = !from || !to || to < from
  const send = () => {
    setTried(true)
    if (bad || (!closure && !reason.trim())) return
    if (closure) end.mutate({ storeId: store.id, closureId: closure.id, toDate: to })
    else enter.mutate({ storeId: store.id, fromDate: from, toDate: to, reason: reason.trim() })
  }
  return (
    <Dialog title={`${t(closure ? 'store.worksEnd' : 'store.worksNew')} · ${store.name}`} onClose={onClose}>
      <form className="stack" style={{ gap: 16 }} onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        <div className="two">
          <div className="field"><label htmlFor="w-from">{t('store.worksFrom')}</label><input className="native" id="w-from" type="date" value={from} readOnly={!!closure} onChange={(e) => { setFrom(e.target.value); if (to < e.target.value) setTo(e.target.value) }} /></div>
          <div className="field"><label htmlFor="w-to">{t('store.worksTo')}</label><input className="native" id="w-to" type="date" min={from} value={to} onChange={(e) => setTo(e.target.value)} /></div>
        </div>
        <Wrong text={tried && bad ? t('store.needDates') : ''} />
        {!closure && <div className="field"><label htmlFor="w-why">{t('store.why')}</label><Input id="w-why" value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('store.worksWhy')} maxLength={200} /><Wrong text={tried && !reason.trim() ? t('store.needWhy') : ''} /></div>}
        <Failure error={enter.error ?? end.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={enter.isPending || end.isPending}>{t('store.save')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
