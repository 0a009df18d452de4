import { ChangeService } from '@changke/gen/customer/v1/change_service'
import type { Customer } from '@changke/gen/customer/v1/customer'
import { FieldKind } from '@changke/gen/customer/v1/template'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'
import type { FormFields } from './drafts.ts'
import { FieldInput } from './FieldInput.tsx'
import { refused } from './FileForm.tsx'
import { formOf, keyOf, messageOf, useLabel, useTemplate } from './form.ts'

/** 申请变更: pick the fields that changed, write their new values; the old ones hold until all is reviewed (CHG-01). */
export function ReportChange({ customer, onClose, onDone }: { customer: Customer; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const label = useLabel()
  const template = useTemplate()
  const [requestId] = useState(() => crypto.randomUUID())
  const [picked, setPicked] = useState<string[]>([])
  const [values, setValues] = useState<FormFields>(() => formOf(customer.fields))
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const report = useMutation(ChangeService.method.reportChange, { onSuccess: onDone })
  const findings = refused(report.error)
  const fields = template?.fields.filter((f) => ![FieldKind.REFERRER, FieldKind.CONSENT].includes(f.kind)) ?? []
  const atFields = fields.some((f) => findings[keyOf(f.name)])
  const save = () => {
    setTried(true)
    if (picked.length > 0) report.mutate({ fileId: customer.row?.id ?? '', requestId, changed: picked, fields: messageOf(values), note: note.trim() })
  }
  return (
    <Dialog title={t('change.report')} onClose={onClose} side>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <p className="quiet">{t('change.reportHow')}</p>
        <div className="choices" role="group" aria-label={t('change.which')}>
          {fields.map((f) => (
            <label className="choice" key={f.name}>
              <input type="checkbox" checked={picked.includes(f.name)} onChange={(e) => setPicked((old) => (e.target.checked ? [...old, f.name] : old.filter((name) => name !== f.name)))} />
              <span>{label(f)}</span>
            </label>
          ))}
        </div>
        {tried && picked.length === 0 && <Wrong text={t('change.pickOne')} />}
        {fields.filter((f) => picked.includes(f.name)).map((f) => {
          const key = keyOf(f.name)
          return (
            <div key={f.name} className="field">
              <label id={`c-${key}-label`} htmlFor={`c-${key}`}>{t('change.newValue', { field: label(f) })}</label>
              <FieldInput field={f} values={values} set={(next) => setValues((old) => ({ ...old, ...next }))} id={`c-${key}`} wrong={Boolean(findings[key])} masked={customer.row?.maskedNumber} />
              <Wrong text={findings[key]?.message} />
            </div>
          )
        })}
        <div className="field">
          <label htmlFor="c-note">{t('change.note')}</label>
          <Input.TextArea id="c-note" rows={2} maxLength={200} value={note} onChange={(e) => setNote(e.target.value)} placeholder={t('change.noteHint')} />
        </div>
        {!atFields && <Failure error={report.error} />}
        <div className="actions"><Button type="primary" htmlType="submit" loading={report.isPending}>{t('change.send')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
