import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { Sex } from '@changke/gen/customer/v1/customer'
import { useMutation } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { violationsByField } from '../app/faults.ts'
import { useHref, useMe, useRight, useStores } from '../app/me.tsx'
import { Bone, Failure, PageHead } from '../ui/parts.tsx'
import { ClaimGuest } from './ClaimGuest.tsx'
import { dropDraft, keepDraft, readDraft, type FormFields } from './drafts.ts'
import { emptyFields, Fields, messageOf, newId, useFindings, type Findings } from './FileForm.tsx'
import { Steps } from './Steps.tsx'
import { fieldNamed } from './words.ts'
import './file.css'

const stage1 = ['name', 'sex', 'number', 'howKnown'] as const

/** 建档, stage 1: four fields on one screen. Saving reserves the number for seven days (CUS-10). */
export default function NewFile() {
  const { t } = useTranslation()
  const me = useMe()
  const navigate = useNavigate()
  const href = useHref()
  const key = `${me.person?.id}.new`
  const stores = useWriteStores()
  const { storeId: filter } = useStores()
  const [draft, setDraft] = useState(() => readDraft(key) ?? { requestId: newId(), storeId: '', fields: {} })
  const [tried, setTried] = useState(false)
  const storeId = (stores.find((s) => s.id === draft.storeId) ?? stores.find((s) => s.id === filter) ?? stores[0])?.id ?? ''
  const values = { ...emptyFields, ...draft.fields }
  const begun = Object.values(draft.fields).some(Boolean)
  const [found, composition] = useFindings(storeId, values)
  const create = useMutation(CustomerService.method.createFile, {
    onSuccess: ({ customer }) => {
      dropDraft(key)
      void navigate(href(`/customers/${customer?.row?.id}/edit`), { replace: true })
    },
  })
  useEffect(() => {
    if (begun) keepDraft(key, draft)
  }, [key, draft, begun])
  const set = (name: keyof FormFields, value: unknown) => {
    if (create.error) create.reset()
    setDraft((old) => ({ ...old, fields: { ...old.fields, [name]: value, ...(name === 'name' && { nameInsisted: false }) } }))
  }
  const findings: Findings = { ...refused(create.error), ...found }
  const empty = stage1.filter((name) => (name === 'sex' ? values.sex === Sex.UNSPECIFIED : !String(values[name]).trim()))
  if (tried) for (const name of empty) findings[name] ??= { rule: '', message: t(`file.need.${name}`) }
  const save = () => {
    setTried(true)
    // The server needs a name and a number to begin a file; the rest may follow.
    if (!values.name.trim() || !values.number.trim()) return
    create.mutate({ storeId, requestId: draft.requestId, fields: messageOf(values) })
  }
  return (
    <form className="page file-page" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
      <PageHead title={t('menu.newFile')} sub={t('file.lead')} />
      <Steps now={1} />
      <section className="card pad stack">
        {stores.length > 1 && (
          <div className="field">
            <label htmlFor="f-store">{t('app.store')}</label>
            <select className="native" id="f-store" value={storeId} onChange={(e) => setDraft({ ...draft, storeId: e.target.value })}>
              {stores.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
            </select>
          </div>
        )}
        {storeId ? <Fields names={stage1} values={values} set={set} findings={findings} composition={composition} /> : <Bone h={220} />}
        {findings.number?.rule === 'CUS-10' && <ClaimGuest storeId={storeId} requestId={draft.requestId} fields={values} onOpened={() => dropDraft(key)} />}
      </section>
      {/* What stands at a field needs no second box. */}
      {Object.keys(refused(create.error)).length === 0 && <Failure error={create.error} onRetry={save} />}
      <div className="bottom-bar">
        <p className="grow quiet small">{begun ? t('file.keptHere') : t('file.reserve')}</p>
        <div className="actions">
          {begun && <Button onClick={() => { dropDraft(key); create.reset(); setTried(false); setDraft({ requestId: newId(), storeId, fields: {} }) }}>{t('file.clear')}</Button>}
          <Button type="primary" htmlType="submit" loading={create.isPending}>{t('file.next')}</Button>
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

/** What the server refused, at the fields it names. */
export function refused(error: unknown): Findings {
  const findings: Findings = {}
  for (const [path, violation] of Object.entries(violationsByField(error))) {
    const name = fieldNamed(path)
    if (name) findings[name] = violation
  }
  return findings
}
