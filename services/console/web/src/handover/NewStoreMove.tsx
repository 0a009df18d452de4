import { StoreMoveKind, StoreMoveService, type StoreMoveDetail, type StoreMoveOwner } from '@changke/gen/handover/v1/store_move_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { violationsByField } from '../app/faults.ts'
import { useHref, useMe, useStores } from '../app/me.tsx'
import { PersonPick } from '../staff/PersonPick.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure, Go, PageHead, Wrong } from '../ui/parts.tsx'
import { Blocks, Bookings, Inventory, Owners } from './MoveParts.tsx'
import { moveKindKey, useReload } from './words.ts'
import './handover.css'

type Line = { toStoreId: string; receiverId: string }

/** Plans how a store ends: what it would move is seen before anything is written (HND-08). */
export default function NewStoreMove() {
  const { t } = useTranslation()
  const go = useNavigate()
  const href = useHref()
  const reload = useReload()
  const { stores } = useStores()
  const { businessDate } = useMe()
  const [form, setForm] = useState({ kind: StoreMoveKind.MERGE, storeId: '', toStoreId: '', onDate: '', reason: '' })
  const [lines, setLines] = useState<Record<string, Line>>({})
  const [tried, setTried] = useState(false)
  const plan = { ...form, lines: Object.entries(lines).map(([referrerId, l]) => ({ referrerId, ...l })) }
  const ready = form.storeId !== '' && form.toStoreId !== '' && form.onDate > businessDate
  const preview = useQuery(StoreMoveService.method.previewStoreMove, { plan }, { enabled: ready, placeholderData: keepPreviousData, retry: false })
  const send = useMutation(StoreMoveService.method.planStoreMove, { onSuccess: (res) => { reload(); void go(href(`/store-moves/${res.detail?.move?.id}`), { replace: true }) } })
  const set = (change: Partial<typeof form>) => {
    if (send.error) send.reset()
    if ('kind' in change || 'storeId' in change || 'toStoreId' in change) setLines({})
    setForm({ ...form, ...change })
  }
  const said = violationsByField(send.error ?? preview.error)
  const need = {
    storeId: form.storeId ? '' : t('storeMove.form.needStore'), toStoreId: form.toStoreId ? '' : t('storeMove.form.needTo'), onDate: form.onDate > businessDate ? '' : t('storeMove.form.needOn'), reason: form.reason.trim() ? '' : t('storeMove.form.needReason'),
  }
  const submit = () => {
    setTried(true)
    if (Object.values(need).every((x) => x === '')) send.mutate({ plan })
  }
  const pick = (key: 'storeId' | 'toStoreId', label: string, not: string) => (
    <div className="field">
      <label htmlFor={`m-${key}`}>{label}</label>
      <select id={`m-${key}`} className="native" value={form[key]} onChange={(e) => set({ [key]: e.target.value })}>
        <option value="">{t('storeMove.form.choose')}</option>
        {stores.filter((s) => s.id !== not).map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
      </select>
      <Wrong text={tried ? need[key] : said[key === 'storeId' ? 'store_id' : 'to_store_id']?.message} />
    </div>
  )
  const detail = ready ? preview.data?.detail : undefined
  return (
    <div className="page">
      <Go to="/store-moves" className="back"><Icon name="left" size={16} />{t('storeMove.back')}</Go>
      <PageHead title={t('storeMove.form.title')} sub={t('storeMove.form.sub')} />
      <form className="move-form" onSubmit={(e) => { e.preventDefault(); submit() }} noValidate>
        <section className="card pad begin">
          <fieldset aria-label={t('storeMove.form.kind')}>
            <span className="label">{t('storeMove.form.kind')}</span>
            {[StoreMoveKind.MERGE, StoreMoveKind.CLOSE].map((k) => (
              <label key={k} className="kind">
                <input type="radio" name="kind" checked={form.kind === k} onChange={() => set({ kind: k })} />
                <span>{t(`storeMove.kinds.${moveKindKey[k]}`)}<small>{t(`storeMove.kindTexts.${moveKindKey[k]}`)}</small></span>
              </label>
            ))}
          </fieldset>
          {pick('storeId', t('storeMove.form.store'), form.toStoreId)}
          {pick('toStoreId', t(form.kind === StoreMoveKind.MERGE ? 'storeMove.form.to' : 'storeMove.form.toClose'), form.storeId)}
          <div className="field">
            <label htmlFor="m-on">{t('storeMove.form.on')}</label>
            <Input id="m-on" type="date" min={businessDate} value={form.onDate} onChange={(e) => set({ onDate: e.target.value })} style={{ maxWidth: 220 }} />
            <Wrong text={tried ? need.onDate : said.on_date?.message} />
            <p className="help">{t('storeMove.form.onHelp')}</p>
          </div>
          <div className="field">
            <label htmlFor="m-reason">{t('storeMove.form.reason')}</label>
            <Input id="m-reason" value={form.reason} maxLength={200} placeholder={t('storeMove.form.reasonHint')} onChange={(e) => set({ reason: e.target.value })} />
            <Wrong text={tried ? need.reason : said.reason?.message} />
          </div>
        </section>
        {ready && <Failure error={preview.error} onRetry={() => void preview.refetch()} />}
        {ready && !detail && !preview.error && <Bones rows={4} h={64} />}
        {detail && <Owners detail={detail} edit={form.kind === StoreMoveKind.CLOSE ? (o) => <Goes owner={o} detail={detail} not={form.storeId} line={lines[o.person?.id ?? '']} onChange={(l) => setLines({ ...lines, [o.person?.id ?? '']: l })} /> : undefined} />}
        {detail && <Blocks detail={detail} />}
        {detail && <Inventory detail={detail} />}
        {detail && <Bookings detail={detail} />}
        <Failure error={send.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={send.isPending}>{t('storeMove.form.submit')}</Button></div>
      </form>
    </div>
  )
}

// Where the guests of one referrer go: first the store, then to whom there.
function Goes({ owner: o, detail, not, line, onChange }: { owner: StoreMoveOwner; detail: StoreMoveDetail; not: string; line: Line | undefined; onChange(line: Line): void }) {
  const { t } = useTranslation()
  const { stores } = useStores()
  const id = o.person?.id ?? ''
  const receivers = detail.receivers.find((r) => r.storeId === line?.toStoreId)?.receivers ?? []
  return (
    <span className="move-pick">
      <select className="native" aria-label={t('storeMove.who.store', { name: o.person?.name })} value={line?.toStoreId ?? ''} onChange={(e) => onChange({ toStoreId: e.target.value, receiverId: id })}>
        <option value="" disabled>{t('storeMove.form.choose')}</option>
        {stores.filter((s) => s.id !== not).map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
      </select>
      <PersonPick
        label={t('storeMove.who.receiver', { name: o.person?.name })} disabled={!line} none={t('storeMove.who.self')} value={line && line.receiverId !== id ? line.receiverId : ''}
        people={receivers.filter((r) => r.id !== id).map((r) => ({ ...r, text: [r.position, t('handover.load', { count: r.files })].join(' · ') }))} onChange={(to) => line && onChange({ ...line, receiverId: to || id })}
      />
    </span>
  )
}
