import { timestampMs } from '@bufbuild/protobuf/wkt'
import { ChangeService } from '@changke/gen/customer/v1/change_service'
import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { ChangeState, FileState, type Customer } from '@changke/gen/customer/v1/customer'
import { createConnectQueryKey, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { formatDate, joinWords, labelled } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure, TimeLeft } from '../ui/parts.tsx'
import { AskDeletion } from './AskDeletion.tsx'
import { Diff } from './Diff.tsx'
import { useLabel, useTemplate } from './form.ts'
import { ReportChange } from './ReportChange.tsx'
import { causeOf } from './words.ts'
import './reviews.css'

/** What is under way on an approved file: the change a store reported, the revision that is open, and how to report one. */
export function ChangeCard({ customer }: { customer: Customer }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const may = useCan('customer.request')
  const label = useLabel()
  const template = useTemplate(customer.templateVersion)
  const [reporting, setReporting] = useState(false)
  const refresh = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CustomerService.method.getCustomer, input: { id: customer.row?.id ?? '' }, cardinality: 'finite' }) })
  const withdraw = useMutation(ChangeService.method.withdrawChange, { onSuccess: () => void refresh() })
  const { revision, change } = customer
  if (customer.endedDate) return <><p className="notice" role="note"><Icon name="alert" size={18} />{t('change.ended', { date: formatDate(customer.endedDate, lang) })}</p>{may && <section className="card card-body change-card"><AskDeletion customer={customer} /></section>}</>
  if (!customer.row?.approvedDate) return null
  const names = (fields: string[]) => joinWords((template?.fields ?? []).filter((f) => fields.includes(f.name)).map(label), lang)
  const pending = change?.state === ChangeState.PENDING
  const refusedOne = change?.state === ChangeState.REFUSED && !revision
  if (!revision && !pending && !refusedOne && !may) return null
  return (
    <section className="card card-body change-card" aria-label={t('change.title')}>
      {revision && (
        <>
          <p className="row"><Chip tone={customer.row.state === FileState.SUBMITTED ? 'soon' : 'accent'}>{t(customer.row.state === FileState.SUBMITTED ? 'change.inReview' : 'change.inWork')}</Chip>{t(`change.why.${causeOf(revision.cause)}`)} <span className="quiet">{t('change.editor', { name: revision.editorName })}</span></p>
          {revision.reasons.length > 0 && <ul className="findings">{revision.reasons.map((r) => <li key={r.field}><b>{names([r.field])}</b> {r.reason}</li>)}</ul>}
          <dl className="sheet-fields">{template?.fields.filter((f) => revision.changed.includes(f.name)).map((f) => <div key={f.name}><dt>{label(f)}</dt><dd><Diff field={f} before={{ ...customer.fields!, number: customer.row?.maskedNumber ?? '' }} after={revision.fields} /></dd></div>)}</dl>
          <p className="quiet small">{t('change.oldHolds')}</p>
        </>
      )}
      {pending && change && (
        <p className="row"><Chip tone="soon">{t('change.states.pending')}</Chip><span>{t('change.reported', { name: change.reporterName, fields: names(change.fields) })}</span>{change.dueTime && <TimeLeft due={timestampMs(change.dueTime)} />}
          {may && <Button size="small" loading={withdraw.isPending} onClick={() => withdraw.mutate({ id: change.id })}>{t('change.withdraw')}</Button>}
        </p>
      )}
      {refusedOne && change && <p className="row"><Chip tone="late">{t('change.states.refused')}</Chip><span>{labelled(names(change.fields), change.refusal, lang)}</span></p>}
      <Failure error={withdraw.error} onClose={() => withdraw.reset()} />
      <div className="actions requests">
        {may && !revision && !pending && <Button icon={<Icon name="swap" size={16} />} onClick={() => setReporting(true)}>{t('change.report')}</Button>}
        <AskDeletion customer={customer} />
      </div>
      {reporting && <ReportChange customer={customer} onClose={() => setReporting(false)} onDone={() => { setReporting(false); void refresh() }} />}
    </section>
  )
}
