import { AccountOpeningService } from '@changke/gen/staff/v1/account_opening_service'
import { AccountRequestState, type AccountRequest } from '@changke/gen/staff/v1/staff'
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { Button, Input, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { violationsByField } from '../app/faults.ts'
import { useMe, useRight, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { Due } from './Accounts.tsx'
import { Field } from './Field.tsx'
import { useRefresh } from './people.ts'
import { usePositions } from './PostFields.tsx'
import { RequestCard } from './RequestCard.tsx'
import './people.css'

/** 申请账号: a store's requests with what became of them, and form 1. */
export default function ApplyAccount() {
  const { t } = useTranslation()
  const { storeId } = useStores()
  const [params, setParams] = useSearchParams()
  const [flash, mark] = useFlash()
  const refresh = useRefresh()
  const open = params.has('new') || params.has('staffNo')
  const show = (on: boolean) => setParams((old) => {
    const next = new URLSearchParams(old)
    next.delete('staffNo')
    if (on) next.set('new', '1')
    else next.delete('new')
    return next
  })
  const list = useInfiniteQuery(
    AccountOpeningService.method.listStoreAccounts,
    { storeId, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 60_000 },
  )
  const withdraw = useMutation(AccountOpeningService.method.withdrawAccount, { onSuccess: () => void refresh() })
  const rows = list.data?.pages.flatMap((page) => page.requests)
  const waits = (r: AccountRequest) => r.state === AccountRequestState.PENDING
  return (
    <div className="page">
      <PageHead title={t('menu.apply')} sub={t('accounts.applyLead')}>{flash}<Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => show(true)}>{t('accounts.apply')}</Button></PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={withdraw.error} onClose={() => withdraw.reset()} />
      {!rows && !list.error && <Bones rows={3} h={96} />}
      {rows && (
        <div className="card">
          {rows.length === 0 && <Empty icon="staff" title={t('accounts.noneApplied')} text={t('accounts.noneAppliedText')}><Button type="primary" onClick={() => show(true)}>{t('accounts.apply')}</Button></Empty>}
          {rows.map((r) => (
            <RequestCard key={r.id} request={r} mark={waits(r) ? <Due request={r} /> : undefined}>
              {waits(r) && <div className="actions"><Popconfirm title={t('accounts.withdrawTitle', { name: r.name })} okText={t('accounts.withdraw')} cancelText={t('app.cancel')} onConfirm={() => withdraw.mutate({ requestId: r.id })}><Button size="small">{t('accounts.withdraw')}</Button></Popconfirm></div>}
            </RequestCard>
          ))}
          {list.hasNextPage && <div className="card-body"><Button block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button></div>}
        </div>
      )}
      {open && <Form1 onClose={() => show(false)} onDone={(name) => { show(false); mark(t('accounts.appliedFor', { name })); void refresh() }} />}
    </div>
  )
}

// Form 1 of ACC-01.
function Form1({ onClose, onDone }: { onClose(): void; onDone(name: string): void }) {
  const { t } = useTranslation()
  const me = useMe()
  const [params] = useSearchParams()
  const right = useRight('account.apply')
  const { stores, storeId } = useStores()
  const mine = stores.filter((s) => right?.tenantWide || right?.storeIds.includes(s.id))
  const positions = usePositions().filter((p) => !p.headOffice)
  const [form, setForm] = useState({ storeId: mine.some((s) => s.id === storeId) ? storeId : '', staffNo: params.get('staffNo') ?? '', name: '', position: '', entryDate: me.businessDate, phone: '', reason: '' })
  const [tried, setTried] = useState(false)
  const apply = useMutation(AccountOpeningService.method.applyAccount, { onSuccess: () => onDone(form.name.trim()) })
  const wrong = violationsByField(apply.error)
  const store = form.storeId || (mine.length === 1 ? mine[0]?.id : '') || ''
  const save = () => {
    setTried(true)
    if (!store || !form.staffNo.trim() || !form.name.trim() || !form.position || !form.phone.trim() || !form.reason.trim() || !form.entryDate) return
    apply.mutate({ ...form, storeId: store, staffNo: form.staffNo.trim(), name: form.name.trim(), phone: form.phone.trim(), reason: form.reason.trim() })
  }
  const said = (key: 'staffNo' | 'name' | 'phone' | 'reason' | 'position') => wrong[key === 'staffNo' ? 'staff_no' : key]?.message
  const text = (key: 'staffNo' | 'name' | 'phone' | 'reason', help?: string) => (
    <Field id={`f-${key}`} label={t(`people.fields.${key}`)} help={help} wrong={(tried && !form[key].trim() && t(`people.need.${key}`)) || said(key)}>
      <Input id={`f-${key}`} value={form[key]} onChange={(e) => setForm({ ...form, [key]: e.target.value })} maxLength={key === 'reason' ? 200 : 60} inputMode={key === 'phone' ? 'tel' : undefined} autoComplete="off" />
    </Field>
  )
  return (
    <Dialog title={t('accounts.apply')} onClose={onClose} side>
      <form className="stack" style={{ gap: 16 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        {mine.length > 1 && (
          <Field id="f-store" label={t('app.store')} wrong={tried && !store && t('people.need.store')}>
            <select id="f-store" className="native" value={form.storeId} onChange={(e) => setForm({ ...form, storeId: e.target.value })}><option value="" />{mine.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}</select>
          </Field>
        )}
        <div className="two">{text('name')}{text('staffNo')}</div>
        <div className="two">
          <Field id="f-position" label={t('people.position')} wrong={(tried && !form.position && t('people.need.position')) || said('position')}>
            <select id="f-position" className="native" value={form.position} onChange={(e) => setForm({ ...form, position: e.target.value })}><option value="" />{positions.map((p) => <option key={p.name} value={p.name}>{p.name}</option>)}</select>
          </Field>
          <Field id="f-entry" label={t('people.entry')}><input id="f-entry" className="native" type="date" value={form.entryDate} onChange={(e) => setForm({ ...form, entryDate: e.target.value })} /></Field>
        </div>
        {text('phone', t('accounts.phoneHelp'))}
        {text('reason')}
        <Failure error={apply.error} onRetry={save} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={apply.isPending}>{t('accounts.submit')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
