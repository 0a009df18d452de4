import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import type { Template } from '@changke/gen/customer/v1/template'
import { useMutation } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { useHref, useRight, useStores } from '../app/me.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bone, Failure, PageHead } from '../ui/parts.tsx'
import { ClaimGuest } from './ClaimGuest.tsx'
import type { Draft, Drafts } from './drafts.ts'
import { Fields, newId, refused, useFindings, useFirstWrong, type Findings } from './FileForm.tsx'
import { formOf, isEmpty, keyOf, messageOf, useLabel, useTemplate } from './form.ts'
import { Steps } from './Steps.tsx'
import { unreached, useDrafts, useOnline, useUnsent } from './unsent.tsx'
import './file.css'

/** 建档, stage 1: a few fields on one screen. Saving reserves the number for seven days (CUS-10). */
export default function NewFile() {
  const { t } = useTranslation()
  const drafts = useDrafts()
  const template = useTemplate()
  const [params] = useSearchParams()
  const wanted = params.get('draft')
  const from = useLocation().state as FromBooking | null
  return (
    <div className="page file-page">
      <PageHead title={t('menu.newFile')} sub={t('file.lead')} />
      <Steps now={1} />
      {drafts && template ? <Form key={wanted} drafts={drafts} template={template} wanted={wanted} from={from?.bookingId ? from : undefined} /> : <Bone h={320} />}
    </div>
  )
}

/** A guest without a file whose booking says who he is (CUS-01): handed over beside the address, which holds no name. */
export interface FromBooking {
  bookingId: string
  storeId: string
  name: string
  masked: string
}

// What was begun here is gone on with, unless it only waits for the line.
function begin(drafts: Drafts, wanted: string | null): Draft {
  const left = drafts.all().find((d) => (wanted ? d.requestId === wanted && d.id === `new.${wanted}` : d.id.startsWith('new.') && !d.send))
  return left ?? fresh('')
}

function fresh(storeId: string): Draft {
  const requestId = newId()
  return { id: `new.${requestId}`, requestId, storeId, fields: {}, name: '', at: 0 }
}

function Form({ drafts, template, wanted, from }: { drafts: Drafts; template: Template; wanted: string | null; from: FromBooking | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const href = useHref()
  const label = useLabel()
  const online = useOnline()
  const stores = useWriteStores()
  const { storeId: filter } = useStores()
  const [draft, setDraft] = useState(() => (from ? { ...fresh(from.storeId), fields: { name: from.name } } : begin(drafts, wanted)))
  // The server knows the number of the booking; the page need not.
  const bookingId = from && !draft.fields.number && draft.storeId === from.storeId ? from.bookingId : ''
  const [tried, setTried] = useState(false)
  const waits = useUnsent().find((d) => d.id === draft.id)?.send !== undefined
  const storeId = (stores.find((s) => s.id === draft.storeId) ?? stores.find((s) => s.id === filter) ?? stores[0])?.id ?? ''
  const fields = template.fields.filter((f) => f.stage === 1)
  const values = { ...formOf(undefined), ...draft.fields }
  const begun = fields.some((f) => !isEmpty(f, values) && keyOf(f.name) !== 'referrer')
  const [found, composition, days, checks] = useFindings(storeId, values)
  // Whether the answer or the sender comes first: one goes on, once.
  const gone = useRef(false)
  const go = (fileId: string) => {
    if (gone.current) return
    gone.current = true
    void navigate(href(`/customers/${fileId}/edit`), { replace: true, state: { began: true } })
  }
  const create = useMutation(CustomerService.method.createFile, {
    networkMode: 'always',
    onSuccess: ({ customer }) => {
      drafts.drop(draft.id, customer?.row?.id)
      go(customer?.row?.id ?? '')
    },
    onError: (error) => {
      if (unreached(error)) drafts.keep({ ...draft, storeId, send: 'save' })
    },
  })
  useFirstWrong(create.error)
  const sent = drafts.sent.get(draft.id)
  useEffect(() => {
    if (sent) go(sent)
  })
  const change = (next: Partial<Draft>) => {
    if (create.error) create.reset()
    const { send: _, refused: __, ...old } = draft
    const now: Draft = { ...old, storeId, ...next, at: Date.now() }
    setDraft(now)
    if (Object.values(now.fields).some(Boolean)) drafts.keep(now)
  }
  const findings: Findings = { ...refused(create.error), ...found }
  const empty = fields.filter((f) => f.required && isEmpty(f, values) && !(bookingId && keyOf(f.name) === 'number'))
  if (tried) for (const f of empty) findings[keyOf(f.name)] ??= { rule: '', message: t('file.need', { field: label(f) }) }
  const save = () => {
    setTried(true)
    // The server needs a name and a number to begin a file; the rest may follow.
    if (!values.name.trim() || !(values.number.trim() || bookingId)) {
      document.getElementById(values.name.trim() ? 'f-number' : 'f-name')?.focus()
      return
    }
    if (!create.isPending && storeId) create.mutate({ storeId, requestId: draft.requestId, fields: messageOf(values), bookingId })
  }
  const another = () => {
    create.reset()
    setTried(false)
    setDraft(fresh(storeId))
    document.getElementById('f-name')?.focus()
  }
  const atFields = Object.keys(refused(create.error)).length > 0
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
      {draft.refused && !create.error && <p className="notice" role="note"><Icon name="alert" size={18} />{t('unsent.refused', { reason: draft.refused })}</p>}
      <section className="card pad stack">
        {stores.length > 1 && (
          <div className="field">
            <label htmlFor="f-store">{t('app.store')}</label>
            <select className="native" id="f-store" value={storeId} onChange={(e) => change({ storeId: e.target.value })}>
              {stores.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
            </select>
          </div>
        )}
        {storeId ? <Fields fields={fields} values={values} set={(next) => change({ fields: { ...draft.fields, ...next, ...('name' in next && { nameInsisted: false }) }, ...('name' in next && { name: next.name }) })} findings={findings} composition={composition} days={days} checks={checks} first="name" under={{ number: findings.number?.rule === 'CUS-10' && <ClaimGuest storeId={storeId} requestId={draft.requestId} fields={values} onOpened={() => drafts.drop(draft.id)} /> }} {...(bookingId && { masked: from?.masked })} /> : <Bone h={220} />}
      </section>
      {/* What stands at a field needs no second box. */}
      {!waits && !atFields && <Failure error={create.error} onRetry={save} />}
      <div className="bottom-bar">
        <p className="grow quiet small">
          {waits ? <span className="text-soon" role="status"><Icon name="clock" size={16} /> {t('unsent.waits')}{t('unsent.waitsNew')}</span>
            : !online ? <span className="text-soon">{t('unsent.offline')}</span> : begun ? t('file.keptHere') : t('file.reserve')}
        </p>
        <div className="actions">
          {begun && !waits && <Button onClick={() => { drafts.drop(draft.id); another() }}>{t('file.clear')}</Button>}
          {waits && <Button onClick={another}>{t('unsent.another')}</Button>}
          <Button type="primary" htmlType="submit" loading={create.isPending}>{t(waits ? 'app.retry' : 'file.next')}</Button>
        </div>
      </div>
    </form>
  )
}

// The stores the caller may write files in.
function useWriteStores() {
  const { stores } = useStores()
  const right = useRight('customer.write')
  if (right?.tenantWide || right?.ownTenantWide) return stores
  const ids = new Set([...(right?.storeIds ?? []), ...(right?.ownStoreIds ?? [])])
  return stores.filter((s) => ids.has(s.id))
}
