import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { FileState, type Customer, type CustomerRow } from '@changke/gen/customer/v1/customer'
import { MergeOwner, MergeService, type MergeEffect } from '@changke/gen/customer/v1/merge_service'
import { FieldKind } from '@changke/gen/customer/v1/template'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Failure, Wrong } from '../ui/parts.tsx'
import { useShown } from './FileTab.tsx'
import { useLabel, useTemplate } from './form.ts'
import './merge.css'

interface Props { customer: Customer; onClose(): void; onDone(): void }

/** 合并档案: find the other file of the guest, see both side by side, choose which remains and whose he is, read what changes, merge. */
export function MergeDialog({ customer, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const [other, setOther] = useState('')
  const { data, error } = useQuery(CustomerService.method.getCustomer, { id: other }, { enabled: other !== '' })
  return (
    <Dialog title={t('merge.dialog', { name: customer.row?.name ?? '' })} onClose={onClose} side>
      {!other && <Find row={customer.row} onFound={setOther} />}
      {other && !data && !error && <Bones rows={6} h={48} />}
      <Failure error={error} />
      {other && data?.customer && <Compare a={customer} b={data.customer} onBack={() => setOther('')} onDone={onDone} />}
    </Dialog>
  )
}

// Files of the same store that may be the same guest: by name first, for that is
// what two files of one guest have in common.
function Find({ row, onFound }: { row: CustomerRow | undefined; onFound(id: string): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const [query, setQuery] = useState(row?.nameMasked ? '' : row?.name ?? '')
  const asked = query.trim()
  const enough = asked !== '' && !/^\d{1,2}$/.test(asked)
  const list = useQuery(CustomerService.method.listCustomers, { storeId: row?.storeId ?? '', query: asked, pageSize: 20 }, { enabled: enough, placeholderData: keepPreviousData })
  const found = (enough && list.data?.customers.filter((c) => c.id !== row?.id && c.state !== FileState.MERGED)) || undefined
  return (
    <div className="stack">
      <p className="second">{t('merge.findHow')}</p>
      <div className="field">
        <label htmlFor="m-find">{t('merge.find')}</label>
        <Input id="m-find" type="search" allowClear maxLength={40} autoComplete="off" value={query} onChange={(e) => setQuery(e.target.value)} placeholder={t('customer.search')} />
      </div>
      <Failure error={enough ? list.error : null} />
      {found?.length === 0 && <p className="quiet" role="status">{t('merge.notFound')}</p>}
      <ul className="merge-found">
        {found?.map((c) => (
          <li key={c.id}>
            <button type="button" onClick={() => onFound(c.id)}>
              <span><b>{c.name || t('customer.unnamed')}</b> <span className="nowrap">{c.maskedNumber}</span></span>
              <span className="quiet small">{c.approvedDate ? t('merge.line', { owner: c.ownerName || t('customer.public'), date: formatDate(c.approvedDate, lang), count: c.visits }) : t('merge.unapproved')}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Compare({ a, b, onBack, onDone }: { a: Customer; b: Customer; onBack(): void; onDone(): void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const href = useHref()
  const [stays, setStays] = useState(a)
  const goes = stays === a ? b : a
  // Who has a referrer keeps him: a public file that remains takes over the other's.
  const owners = { survivor: stays.row?.ownerName ?? '', merged: goes.row?.ownerName ?? '' }
  const differ = owners.survivor !== owners.merged
  const [chosen, setChosen] = useState<MergeOwner>()
  const owner = chosen ?? (owners.survivor === '' && owners.merged !== '' ? MergeOwner.MERGED : MergeOwner.SURVIVOR)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const enough = [...reason.trim()].length >= 2
  const ids = { survivorId: stays.row?.id ?? '', mergedId: goes.row?.id ?? '', owner }
  const preview = useQuery(MergeService.method.previewMerge, ids, { retry: false, staleTime: 0 })
  const merge = useMutation(MergeService.method.mergeFiles, {
    onSuccess: () => {
      onDone()
      if (stays !== a) void navigate(href(`/customers/${stays.row?.id}?tab=file`), { replace: true })
    },
  })
  const send = () => {
    setTried(true)
    if (enough && preview.data) merge.mutate({ ...ids, reason: reason.trim() })
  }
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
      <div className="field">
        <span className="label" id="m-stays">{t('merge.stays')}</span>
        <div className="merge-sides" role="radiogroup" aria-labelledby="m-stays">
          {[a, b].map((side) => (
            <label key={side.row?.id} className={side === stays ? 'chosen' : undefined}>
              <input type="radio" name="stays" checked={side === stays} onChange={() => { setStays(side); setChosen(undefined) }} />
              <b>{side.row?.name}</b><span className="nowrap">{side.row?.maskedNumber}</span>
              <span className="small">{side === stays ? t('merge.remains') : t('merge.goesIn')}</span>
            </label>
          ))}
        </div>
      </div>
      <Sides a={a} b={b} />
      {differ && (
        <div className="field">
          <span className="label" id="m-owner">{t('merge.owner')}</span>
          <div className="choices" role="radiogroup" aria-labelledby="m-owner">
            {([[MergeOwner.SURVIVOR, owners.survivor], [MergeOwner.MERGED, owners.merged]] as const).map(([value, name]) => (value === MergeOwner.MERGED && !name ? null : (
              <label className="choice" key={value}><input type="radio" name="owner" checked={owner === value} onChange={() => setChosen(value)} /><span>{name || t('merge.nobody')}</span></label>
            )))}
          </div>
        </div>
      )}
      <Failure error={preview.error} />
      {!preview.error && (preview.data?.effect ? <Effect effect={preview.data.effect} /> : <Bones rows={3} h={24} />)}
      {!preview.error && (
        <div className="field">
          <label htmlFor="m-reason">{t('merge.reason')}</label>
          <Input.TextArea id="m-reason" rows={2} maxLength={200} value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('merge.reasonHint')} />
          {tried && !enough && <Wrong text={t('merge.needReason')} />}
        </div>
      )}
      <Failure error={merge.error} />
      <div className="actions"><Button type="primary" htmlType="submit" disabled={!preview.data} loading={merge.isPending}>{t('merge.send')}</Button><Button onClick={onBack}>{t('merge.back')}</Button></div>
    </form>
  )
}

// What the two files say, a line a field; only what differs stands out.
function Sides({ a, b }: { a: Customer; b: Customer }) {
  const { t } = useTranslation()
  const label = useLabel()
  const shown = useShown()
  const lang = useLanguage()
  const template = useTemplate(Math.max(a.templateVersion, b.templateVersion))
  if (!template) return <Bones rows={5} h={28} />
  const skip = [FieldKind.NAME, FieldKind.NUMBER, FieldKind.REFERRER, FieldKind.CONSENT]
  const head: [string, string, string][] = [
    [t('customer.owner'), a.row?.ownerName || t('customer.public'), b.row?.ownerName || t('customer.public')],
    [t('customer.approved'), formatDate(a.row?.approvedDate ?? '', lang), formatDate(b.row?.approvedDate ?? '', lang)],
    [t('customer.visits'), String(a.row?.visits ?? 0), String(b.row?.visits ?? 0)],
  ]
  const said = (c: Customer, f: (typeof template.fields)[number]) => (f.name === 'birthday' && c.maskedBirthday) || shown(f, c.fields)
  const lines = [...head, ...template.fields.filter((f) => !skip.includes(f.kind)).map((f): [string, string, string] => [label(f), said(a, f), said(b, f)])]
  return (
    <table className="merge-table">
      <tbody>{lines.filter(([, x, y]) => x || y).map(([title, x, y]) => <tr key={title} className={x !== y ? 'differs' : undefined}><th scope="row">{title}</th><td>{x || '—'}</td><td>{y || '—'}</td></tr>)}</tbody>
    </table>
  )
}

function Effect({ effect }: { effect: MergeEffect }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const losers = [...new Set([effect.survivorOwnerName, effect.mergedOwnerName])].filter((name) => name && name !== effect.ownerName)
  const twice = effect.survivorVisits + effect.mergedVisits - effect.visits
  return (
    <div className="notice calm merge-effect">
      <div>
        <p><b>{t('merge.after')}</b></p>
        <ul className="goes">
          <li>{effect.ownerName ? t('merge.ownerAfter', { name: effect.ownerName }) : t('merge.publicAfter')}{losers.map((name) => t('merge.loses', { name })).join('')}</li>
          <li>{t('merge.visitsAfter', { a: effect.survivorVisits, b: effect.mergedVisits, count: effect.visits })}{twice > 0 && t('merge.sameMeal')}{twice < 0 && t('merge.more', { date: formatDate(effect.approvedDate, lang) })}</li>
          <li>{t('merge.numbersAfter')}</li>
          <li>{t('merge.closed')}</li>
        </ul>
      </div>
    </div>
  )
}
