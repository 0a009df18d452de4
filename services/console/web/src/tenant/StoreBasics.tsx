import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { StoreState, type Store, type StoreDetail } from '@changke/gen/tenant/v1/tenant'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { addDays, formatDate, labelled } from '../ui/format.ts'
import { useEdit, useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure, Go, Latest, useFlash, Wrong } from '../ui/parts.tsx'
import { useChanged } from './changed.ts'
import { hhmm, minutesOf, useClock } from './clock.ts'
import { ClockFields } from './NewStore.tsx'

/** A tab of a store. */
export interface TabProps {
  detail: StoreDetail
  store: Store
  mayWrite: boolean
  reload(): Promise<StoreDetail | undefined>
}

/** 基本: name and code, how business days are counted, whether it takes guests. */
export function StoreBasics(props: TabProps) {
  return (
    <div className="store-basics">
      {props.mayWrite ? <Info {...props} /> : <Facts store={props.store} />}
      <div className="stack" style={{ gap: 20 }}>
        <Standing {...props} />
        <Clocks {...props} />
      </div>
    </div>
  )
}

const infoOf = (s: Store) => ({ name: s.name, code: s.code, address: s.address })

/** The same for who may only read it. */
function Facts({ store }: { store: Store }) {
  const { t } = useTranslation()
  return (
    <section className="card pad">
      <h2>{t('store.basics')}</h2>
      <dl className="facts" style={{ marginTop: 12 }}>
        {(['name', 'code', 'address'] as const).map((key) => <div key={key}><dt>{t(`store.${key}`)}</dt><dd>{store[key] || '–'}</dd></div>)}
      </dl>
    </section>
  )
}

function Info({ store: newest, reload }: TabProps) {
  const { t } = useTranslation()
  const changed = useChanged()
  const { seen: store, form, set, renew, reset } = useEdit(newest, infoOf)
  const [flash, mark] = useFlash()
  const save = useMutation(TenantService.method.updateStore, { onSuccess: async () => { await changed(); reset(); mark(t('store.saved')) } })
  const said = violationsByField(save.error)
  const wrong = { name: form.name.trim() ? '' : t('store.needName'), code: /^\S+$/.test(form.code.trim()) ? '' : t('store.needCode'), address: '' }
  const same = form.name === store.name && form.code === store.code && form.address === store.address
  const send = () => !Object.values(wrong).some(Boolean) && save.mutate({ storeId: store.id, baseVersion: store.version, ...form })
  const again = async () => {
    renew((await reload())?.store)
    save.reset()
  }
  return (
    <section className="card pad">
      <h2>{t('store.basics')}</h2>
      <form className="stack" style={{ gap: 16, marginTop: 12 }} onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        {(['name', 'code', 'address'] as const).map((key) => (
          <div className="field" key={key}>
            <label htmlFor={`s-${key}`}>{t(`store.${key}`)}</label>
            <Input id={`s-${key}`} value={form[key]} maxLength={{ name: 60, code: 40, address: 200 }[key]} onChange={(e) => { if (save.error) save.reset(); set({ [key]: e.target.value }) }} />
            <Wrong text={wrong[key] || said[key]?.message} />
            {key === 'code' && <p className="help">{t('store.codeHelp')}</p>}
          </div>
        ))}
        <Failure error={save.error}><Latest error={save.error} onLoad={() => void again()} /></Failure>
        <div className="actions"><Button type="primary" htmlType="submit" disabled={same} loading={save.isPending}>{t('store.save')}</Button>{flash}</div>
      </form>
    </section>
  )
}

function Standing({ store, mayWrite }: TabProps) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const changed = useChanged()
  const [asking, setAsking] = useState<'suspend' | 'close'>()
  const [left, setLeft] = useState(0)
  const reopen = useMutation(TenantService.method.reopenStore, { onSuccess: () => { setLeft(0); return changed() } })
  const ended = store.state === StoreState.SUSPENDED || !!store.closedDate
  return (
    <section className="card pad stack">
      <h2>{t('store.standing')}</h2>
      <p>{store.closedDate ? t('store.closedText', { date: formatDate(store.closedDate, lang) }) : store.state === StoreState.SUSPENDED ? t('store.suspendedText') : t('store.openText')}</p>
      {store.stateReason && <p className="second">{labelled(t('store.why'), store.stateReason, lang)}</p>}
      {left > 0 && <OpenBookings count={left} storeId={store.id} />}
      <Failure error={reopen.error} onClose={() => reopen.reset()} />
      {mayWrite && (
        <div className="actions">
          {ended && <Button type="primary" loading={reopen.isPending} onClick={() => reopen.mutate({ storeId: store.id })}>{t('store.reopen')}</Button>}
          {!ended && <Button onClick={() => setAsking('suspend')}>{t('store.suspend')}</Button>}
          {!store.closedDate && <Button danger onClick={() => setAsking('close')}>{t('store.close')}</Button>}
        </div>
      )}
      {asking && <EndDialog act={asking} store={store} onClose={() => setAsking(undefined)} onDone={(n) => { setAsking(undefined); setLeft(n) }} />}
    </section>
  )
}

/** Guests who have to be told. */
export function OpenBookings({ count, storeId }: { count: number; storeId: string }) {
  const { t } = useTranslation()
  return <div className="notice" role="status"><Icon name="alert" /><span>{t('store.openBookings', { count })} <Go to={`/bookings?store=${storeId}`}>{t('store.toBookings')}</Go></span></div>
}

function EndDialog({ act, store, onClose, onDone }: { act: 'suspend' | 'close'; store: Store; onClose(): void; onDone(open: number): void }) {
  const { t } = useTranslation()
  const changed = useChanged()
  const [reason, setReason] = useState('')
  const [date, setDate] = useState(addDays(store.businessDate, 1))
  const [tried, setTried] = useState(false)
  const done = async (r: { openBookings: number }) => { await changed(); onDone(r.openBookings) }
  const suspend = useMutation(TenantService.method.suspendStore, { onSuccess: done })
  const close = useMutation(TenantService.method.closeStore, { onSuccess: done })
  const send = () => {
    setTried(true)
    if (!reason.trim()) return
    if (act === 'suspend') suspend.mutate({ storeId: store.id, reason: reason.trim() })
    else close.mutate({ storeId: store.id, reason: reason.trim(), closedDate: date })
  }
  return (
    <Dialog title={`${t(`store.${act}`)} · ${store.name}`} onClose={onClose}>
      <form className="stack" style={{ gap: 16 }} onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        {act === 'suspend' ? <p>{t('store.suspendedText')}</p> : (
          <div className="field"><label htmlFor="e-date">{t('store.closeFrom')}</label><input className="native" id="e-date" type="date" min={store.businessDate} value={date} onChange={(e) => setDate(e.target.value)} /><p className="help">{t('store.closeHelp')}</p></div>
        )}
        <div className="field"><label htmlFor="e-why">{t('store.why')}</label><Input id="e-why" value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t(act === 'suspend' ? 'store.whySuspend' : 'store.whyClose')} maxLength={200} /><Wrong text={tried && !reason.trim() ? t('store.needWhy') : ''} /></div>
        <Failure error={suspend.error ?? close.error} />
        <div className="actions"><Button type="primary" danger htmlType="submit" loading={suspend.isPending || close.isPending}>{t(`store.${act}`)}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

function Clocks({ detail, store, mayWrite }: TabProps) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const clock = useClock()
  const [changing, setChanging] = useState(false)
  return (
    <section className="card pad stack">
      <h2>{t('store.clock')}</h2>
      <ul className="stack" style={{ gap: 8 }}>
        {detail.clocks.map((c) => (
          <li key={c.effectiveDate} className={c.effectiveDate > store.businessDate ? 'text-soon' : undefined}>
            <span className="quiet">{c.effectiveDate ? t('store.clockLater', { date: formatDate(c.effectiveDate, lang) }) : t('store.clockSince')}</span> {clock(c)}
          </li>
        ))}
      </ul>
      {mayWrite && <div className="actions"><Button onClick={() => setChanging(true)}>{t('store.clockChange')}</Button></div>}
      {changing && <ClockDialog store={store} onClose={() => setChanging(false)} />}
    </section>
  )
}

function ClockDialog({ store, onClose }: { store: Store; onClose(): void }) {
  const { t } = useTranslation()
  const changed = useChanged()
  const [clock, setClock] = useState({ zone: store.zone, cutover: hhmm(store.cutoverMinutes) })
  const [date, setDate] = useState(addDays(store.businessDate, 1))
  const save = useMutation(TenantService.method.changeStoreClock, { onSuccess: async () => { await changed(); onClose() } })
  const minutes = minutesOf(clock.cutover)
  return (
    <Dialog title={`${t('store.clockChange')} · ${store.name}`} onClose={onClose}>
      <form className="stack" style={{ gap: 16 }} onSubmit={(e) => { e.preventDefault(); if (minutes !== undefined) save.mutate({ storeId: store.id, zone: clock.zone, cutoverMinutes: minutes, effectiveDate: date }) }} noValidate>
        <ClockFields {...clock} onChange={setClock} />
        <div className="field"><label htmlFor="c-from">{t('store.clockFrom')}</label><input className="native" id="c-from" type="date" min={addDays(store.businessDate, 1)} value={date} onChange={(e) => setDate(e.target.value)} /><p className="help">{t('store.clockHelp')}</p></div>
        <Failure error={save.error} />
        <div className="actions"><Button type="primary" htmlType="submit" disabled={minutes === undefined || minutes > 720} loading={save.isPending}>{t('store.save')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
