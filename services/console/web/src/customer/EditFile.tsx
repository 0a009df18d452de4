import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { FileState, type Customer } from '@changke/gen/customer/v1/customer'
import type { Template, TemplateField } from '@changke/gen/customer/v1/template'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate, useParams } from 'react-router'
import { explain } from '../app/faults.ts'
import { useHref, useMe } from '../app/me.tsx'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bone, Bones, Empty, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { plain, type Draft, type Drafts, type FormFields } from './drafts.ts'
import { Fields, refused, useFindings, useFirstWrong, type Findings } from './FileForm.tsx'
import { formOf, groupsOf, isEmpty, keyAt, keyOf, messageOf, progressOf, useLabel, useTemplate } from './form.ts'
import { useKeepCustomer } from './keep.ts'
import { Steps } from './Steps.tsx'
import { unreached, useDrafts, useOnline, useUnsent } from './unsent.tsx'
import { editable } from './words.ts'
import './file.css'

/** 建档, stage 2: the rest in small groups; save as often as wanted, then submit. */
export default function EditFile() {
  const { id = '' } = useParams()
  const { t } = useTranslation()
  const me = useMe()
  const drafts = useDrafts()
  // Saving takes a file to the template in force, so that is what its form shows.
  const template = useTemplate()
  const { data, error, refetch } = useQuery(CustomerService.method.getCustomer, { id })
  const customer = data?.customer
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!customer?.row || !drafts || !template) return <div className="page file-page"><Bone h={60} /><Bones rows={3} h={160} /></div>
  if (!editable(customer.row, me.person?.id)) {
    return (
      <div className="card">
        <Empty icon="lock" title={t('file.notEditable')} text={t('file.notEditableText')}><Go to={`/customers/${id}`}>{t('file.open')}</Go></Empty>
      </div>
    )
  }
  return <Form key={id} customer={customer} template={template} drafts={drafts} reload={() => void refetch()} />
}

const differs = (a: unknown, b: unknown) => plain(a) !== plain(b)

function Form({ customer, template, drafts, reload }: { customer: Customer; template: Template; drafts: Drafts; reload(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const label = useLabel()
  const online = useOnline()
  const navigate = useNavigate()
  const href = useHref()
  const began = (useLocation().state as { began?: boolean } | null)?.began
  const row = customer.row!
  const draftId = `file.${row.id}`
  // Of an approved file the open revision is written, while the old values hold.
  const base = formOf(customer.revision ? { ...customer.revision.fields!, number: '' } : customer.fields)
  const [changes, setChanges] = useState<Partial<FormFields>>(() => drafts.read(draftId)?.fields ?? {})
  const [flash, mark] = useFlash()
  const values = { ...base, ...changes }
  const dirty = (Object.keys(changes) as (keyof FormFields)[]).some((name) => differs(changes[name], base[name]))
  const kept = useUnsent().find((d) => d.id === draftId)
  const said = customer.revision?.reasons ?? customer.reasons
  const [basicOpen, setBasicOpen] = useState(row.state === FileState.DRAFT || template.fields.some((f) => f.stage === 1 && said.some((r) => keyAt(r.field) === keyOf(f.name))))
  const [found, composition, days, checks] = useFindings(row.storeId, values, row.id)
  const update = useMutation(CustomerService.method.updateFile, { networkMode: 'always' })
  const submit = useMutation(CustomerService.method.submitFile, { networkMode: 'always' })
  const failed = submit.error ?? update.error
  useFirstWrong(failed)
  const draftOf = (fields: Partial<FormFields>, more?: Partial<Draft>): Draft => ({ id: draftId, requestId: '', storeId: row.storeId, fields, name: row.name, at: Date.now(), ...more })
  const set = (next: Partial<FormFields>) => {
    if (failed) { update.reset(); submit.reset() }
    const now = { ...changes, ...next, ...('name' in next && { nameInsisted: false }) }
    setChanges(now)
    drafts.keep(draftOf(now))
  }
  const keep = useKeepCustomer()
  const save = async () => {
    keep((await update.mutateAsync({ id: row.id, version: customer.version, fields: messageOf(values) })).customer)
    // What was typed while the answer was under way stays a change.
    setChanges((now) => Object.fromEntries(Object.entries(now).filter(([name, value]) => differs(values[name as keyof FormFields], value))))
    drafts.drop(draftId)
  }
  const send = async () => {
    if (dirty) await save()
    keep((await submit.mutateAsync({ id: row.id })).customer)
    drafts.drop(draftId)
    void navigate(href(`/customers/${row.id}`), { replace: true, state: { submitted: true } })
  }
  // Without a line it is kept, and sent when there is one.
  const quietly = (work: Promise<unknown>, wanted: 'save' | 'submit') => void work.catch((error: unknown) => {
    if (unreached(error)) drafts.keep(draftOf(changes, { send: wanted }))
  })
  const sent = drafts.sent.has(draftId)
  useEffect(() => {
    if (!sent) return
    drafts.sent.delete(draftId)
    update.reset()
    submit.reset()
    setChanges({})
    reload()
  }, [sent, drafts, draftId, reload, update, submit])
  const findings: Findings = { ...refused(failed), ...found }
  const reviewed: Findings = {}
  for (const r of said) if (!(keyAt(r.field) in changes)) reviewed[keyAt(r.field)] = { rule: '', message: r.reason }
  const missing = template.fields.filter((f) => f.required && isEmpty(f, values, true))
  const missingKeys = missing.map((f) => keyOf(f.name))
  const wrongOf = (fields: readonly TemplateField[]) => fields.filter((f) => (findings[keyOf(f.name)] ?? reviewed[keyOf(f.name)]) && !missingKeys.includes(keyOf(f.name)))
  const wrong = wrongOf(template.fields)
  const atFields = Object.keys(refused(failed)).length > 0
  const changed = failed && explain(failed).reason === 'customer.changed'
  const progress = progressOf(template, 2, values, true, wrong)
  return (
    <form className="page file-page" onSubmit={(e) => { e.preventDefault(); if (!submit.isPending && !update.isPending) quietly(send(), 'submit') }} noValidate>
      <Go to={`/customers/${row.id}`} className="back"><Icon name="left" size={16} />{t('file.open')}</Go>
      <PageHead title={row.name || t('customer.unnamed')} sub={row.maskedNumber} />
      <Steps now={2} progress={progress} />
      {began && !dirty && <p className="notice calm" role="status"><Icon name="check" size={18} />{t('file.began')}</p>}
      {row.state === FileState.REJECTED && <p className="notice"><Icon name="alert" size={18} />{t('file.rejected')}</p>}
      {kept?.refused && !failed && <p className="notice" role="note"><Icon name="alert" size={18} />{t('unsent.refused', { reason: kept.refused })}</p>}
      {[...groupsOf(template, 1), ...groupsOf(template, 2)].map((group) => {
        const basic = group.key === 'basic'
        const bad = wrongOf(group.fields).length
        const todo = group.fields.some((f) => findings[keyOf(f.name)] || reviewed[keyOf(f.name)] || missingKeys.includes(keyOf(f.name)))
        const folded = basic && !basicOpen && !todo
        const left = group.fields.filter((f) => missingKeys.includes(keyOf(f.name))).length
        return (
          <section key={group.key} className="card">
            <div className="card-head">
              <h2>{t(`file.groups.${group.key}`)}</h2>
              {folded ? <button type="button" className="linklike" onClick={() => setBasicOpen(true)}><Icon name="edit" size={16} />{t('file.mend')}</button>
                : bad > 0 ? <span className="text-late small">{t('file.wrongHere', { count: bad })}</span>
                : left > 0 ? <span className="text-soon small">{t('file.leftHere', { count: left })}</span>
                  : group.fields.some((f) => f.required) && <span className="text-done small"><Icon name="check" size={14} /> {t('file.doneHere')}</span>}
            </div>
            <div className="card-body">
              {folded ? <p className="second">{[values.name, row.maskedNumber, values.howKnown].filter(Boolean).join(' · ')}</p> : (
                <Fields fields={group.fields} values={values} set={set} findings={findings} reviewed={reviewed} missing={missingKeys} masked={row.maskedNumber} days={days} checks={checks} composition={composition} />
              )}
            </div>
          </section>
        )
      })}
      {!kept?.send && !atFields && <Failure error={failed}>{changed && <Button size="small" onClick={reload}>{t('file.reload')}</Button>}</Failure>}
      <div className="bottom-bar">
        <p className="grow small">
          {flash ?? (kept?.send ? <span className="text-soon" role="status"><Icon name="clock" size={16} /> {t('unsent.waits')}{t(kept.send === 'submit' ? 'unsent.waitsSubmit' : 'unsent.waitsSave')}</span>
            : !online ? <span className="text-soon">{t('unsent.offline')}</span>
            : wrong.length > 0 ? <span className="text-late">{t('file.wrong', { fields: joinWords(wrong.map(label), lang) })}</span>
            : missing.length > 0 ? <span className="text-soon">{t('file.missing', { fields: joinWords(missing.map(label), lang) })}</span>
              : <span className="quiet">{t(dirty ? 'file.readyUnsaved' : 'file.readyText')}</span>)}
        </p>
        <div className="actions">
          <Button onClick={() => quietly(save().then(() => mark(t('file.saved'))), 'save')} loading={update.isPending && !submit.isPending} disabled={!dirty}>{t('file.save')}</Button>
          <Button type="primary" htmlType="submit" loading={submit.isPending}>{t('file.submit')}</Button>
        </div>
      </div>
    </form>
  )
}
