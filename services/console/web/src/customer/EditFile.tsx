import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { FileState, type Customer } from '@changke/gen/customer/v1/customer'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { explain } from '../app/faults.ts'
import { useHref, useMe } from '../app/me.tsx'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bone, Bones, Empty, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { dropDraft, keepDraft, readDraft, type FormFields } from './drafts.ts'
import { Fields, formOf, messageOf, useFindings, type Findings } from './FileForm.tsx'
import { refused } from './NewFile.tsx'
import { Steps } from './Steps.tsx'
import { editable, fieldNamed } from './words.ts'
import './file.css'

const groups = [
  { key: 'basic', fields: ['name', 'sex', 'number', 'howKnown'] },
  { key: 'work', fields: ['employer', 'jobTitle', 'address'] },
  { key: 'taste', fields: ['birthday', 'taste', 'favourites', 'taboos'] },
  { key: 'other', fields: ['invoiceTitle', 'consent'] },
] as const

/** 建档, stage 2: the rest in small groups; save as often as wanted, then submit. */
export default function EditFile() {
  const { id = '' } = useParams()
  const { t } = useTranslation()
  const me = useMe()
  const { data, error, refetch } = useQuery(CustomerService.method.getCustomer, { id })
  const customer = data?.customer
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!customer?.row) return <div className="page file-page"><Bone h={60} /><Bones rows={3} h={160} /></div>
  if (!editable(customer.row, me.person?.id)) {
    return (
      <div className="card">
        <Empty icon="lock" title={t('file.notEditable')} text={t('file.notEditableText')}><Go to={`/customers/${id}`}>{t('file.open')}</Go></Empty>
      </div>
    )
  }
  return <Form key={id} customer={customer} reload={() => void refetch()} />
}

function Form({ customer, reload }: { customer: Customer; reload(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const navigate = useNavigate()
  const href = useHref()
  const client = useQueryClient()
  const row = customer.row!
  const key = `file.${row.id}`
  const base = formOf(customer.fields)
  const [changes, setChanges] = useState<Partial<FormFields>>(() => readDraft(key)?.fields ?? {})
  const [flash, mark] = useFlash()
  const values = { ...base, ...changes }
  const dirty = (Object.keys(changes) as (keyof FormFields)[]).some((name) => changes[name] !== base[name])
  const [basicOpen, setBasicOpen] = useState(row.state === FileState.DRAFT || row.state === FileState.REJECTED)
  const [found, composition] = useFindings(row.storeId, values, row.id)
  const update = useMutation(CustomerService.method.updateFile)
  const submit = useMutation(CustomerService.method.submitFile)
  const failed = submit.error ?? update.error
  useEffect(() => {
    if (dirty) keepDraft(key, { requestId: '', storeId: row.storeId, fields: changes })
  }, [key, dirty, changes, row.storeId])
  const set = (name: keyof FormFields, value: unknown) => {
    if (failed) { update.reset(); submit.reset() }
    setChanges((old) => ({ ...old, [name]: value, ...(name === 'name' && { nameInsisted: false }) }))
  }
  const keep = (next: Customer | undefined) => {
    if (!next) return
    client.setQueriesData({ queryKey: createConnectQueryKey({ schema: CustomerService.method.getCustomer, input: { id: row.id }, cardinality: 'finite' }) }, (old: object | undefined) => old && { ...old, customer: next })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CustomerService.method.listCustomers, cardinality: 'infinite' }) })
  }
  const save = async () => {
    keep((await update.mutateAsync({ id: row.id, version: customer.version, fields: messageOf(values) })).customer)
    dropDraft(key)
    // What was typed while the answer was under way stays a change.
    setChanges((now) => Object.fromEntries(Object.entries(now).filter(([name, value]) => values[name as keyof FormFields] !== value)))
  }
  const send = async () => {
    if (dirty) await save()
    keep((await submit.mutateAsync({ id: row.id })).customer)
    void navigate(href(`/customers/${row.id}`), { replace: true })
  }
  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined)
  const findings: Findings = { ...refused(failed), ...found }
  const reviewed: Findings = {}
  for (const r of customer.reasons) {
    const name = fieldNamed(r.field)
    if (name && changes[name] === undefined) reviewed[name] = { rule: '', message: r.reason }
  }
  const missing = customer.missing.map(fieldNamed).filter((name) => name !== undefined).filter((name) => !values[name])
  const basicWrong = groups[0].fields.some((name) => findings[name] || reviewed[name])
  const changed = failed && explain(failed).reason === 'customer.changed'
  return (
    <form className="page file-page" onSubmit={(e) => { e.preventDefault(); quietly(send()) }} noValidate>
      <Go to={`/customers/${row.id}`} className="back"><Icon name="left" size={16} />{t('file.open')}</Go>
      <PageHead title={row.name || t('customer.unnamed')} sub={row.maskedNumber} />
      <Steps now={2} />
      {row.state === FileState.REJECTED && <p className="notice"><Icon name="alert" size={18} />{t('file.rejected')}</p>}
      {groups.map((group) => {
        const folded = group.key === 'basic' && !basicOpen && !basicWrong
        return (
          <section key={group.key} className="card">
            <div className="card-head">
              <h2>{t(`file.groups.${group.key}`)}</h2>
              {folded && <button type="button" className="linklike" onClick={() => setBasicOpen(true)}><Icon name="edit" size={16} />{t('file.mend')}</button>}
            </div>
            <div className="card-body">
              {folded ? <p className="second">{[values.name, row.maskedNumber, values.howKnown].filter(Boolean).join(' · ')}</p> : (
                <Fields names={group.fields} values={values} set={set} findings={findings} reviewed={reviewed} missing={missing} masked={row.maskedNumber} composition={composition} />
              )}
            </div>
          </section>
        )
      })}
      <Failure error={failed}>{changed && <Button size="small" onClick={reload}>{t('file.reload')}</Button>}</Failure>
      <div className="bottom-bar">
        <p className="grow small">
          {flash ?? (missing.length > 0 ? <span className="text-soon">{t('file.missing', { fields: joinWords(missing.map((name) => t(`file.${name}`)), lang) })}</span> : <span className="quiet">{dirty ? t('file.keptHere') : t('file.readyText')}</span>)}
        </p>
        <div className="actions">
          <Button onClick={() => quietly(save().then(() => mark(t('file.saved'))))} loading={update.isPending && !submit.isPending} disabled={!dirty}>{t('file.save')}</Button>
          <Button type="primary" htmlType="submit" loading={submit.isPending}>{t('file.submit')}</Button>
        </div>
      </div>
    </form>
  )
}
