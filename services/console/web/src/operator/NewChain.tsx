import { OperatorService, type CreateChainResponse } from '@changke/gen/operator/v1/operator_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'

const empty = { name: '', code: '', adminName: '', adminStaffNo: 'A001', adminPhone: '' }

/** Makes a chain and shows how its first administrator comes in, this once. */
export function NewChain({ onClose, onMade }: { onClose(): void; onMade(): void }) {
  const { t } = useTranslation()
  const [form, setForm] = useState(empty)
  const [sandbox, setSandbox] = useState(false)
  const [tried, setTried] = useState(false)
  const make = useMutation(OperatorService.method.createChain, { onSuccess: onMade, gcTime: 0 })
  if (make.data) return <Handover made={make.data} staffNo={form.adminStaffNo} onClose={onClose} />
  const said = violationsByField(make.error)
  const wire = { name: 'name', code: 'code', adminName: 'admin_name', adminStaffNo: 'admin_staff_no', adminPhone: 'admin_phone' } as const
  const known = Object.values(wire).some((name) => said[name])
  const field = (name: keyof typeof form, label: string, more: object = {}) => (
    <div className="field">
      <label htmlFor={`c-${name}`}>{label}</label>
      <Input id={`c-${name}`} value={form[name]} onChange={(e) => setForm({ ...form, [name]: e.target.value })} autoComplete="off" {...more} />
      <Wrong text={said[wire[name]]?.message ?? (tried && !form[name].trim() ? t('operator.fill') : undefined)} />
    </div>
  )
  const save = () => {
    setTried(true)
    if (Object.values(form).every((v) => v.trim())) make.mutate({ ...form, sandbox })
  }
  return (
    <Dialog title={t('operator.newChain')} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        {field('name', t('operator.name'), { maxLength: 60 })}
        {field('code', t('operator.chainCode'), { maxLength: 40, placeholder: t('operator.codeHint'), autoCapitalize: 'none', spellCheck: false })}
        <h3>{t('operator.admin')}</h3>
        <div className="two">{field('adminName', t('operator.adminName'), { maxLength: 40 })}{field('adminStaffNo', t('operator.adminNo'), { maxLength: 20 })}</div>
        {field('adminPhone', t('operator.adminPhone'), { inputMode: 'tel', maxLength: 30 })}
        <label className="row tick"><input type="checkbox" checked={sandbox} onChange={() => setSandbox(!sandbox)} />{t('operator.asSandbox')}</label>
        {!known && <Failure error={make.error} onRetry={save} />}
        <div className="actions"><Button type="primary" htmlType="submit" loading={make.isPending}>{t('operator.make')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

function Handover({ made, staffNo, onClose }: { made: CreateChainResponse; staffNo: string; onClose(): void }) {
  const { t } = useTranslation()
  return <Code title={t('operator.made')} lines={[[t('operator.address'), `${window.location.origin}/activate?${new URLSearchParams({ chain: made.chain?.code ?? '', no: staffNo })}`], [t('operator.chainCode'), made.chain?.code ?? ''], [t('operator.adminNo'), staffNo]]} code={made.activationCode} onClose={onClose} />
}

/** A one-time code to be handed over; only saying so closes it. */
export function Code({ title, lines, code, onClose }: { title: string; lines: [string, string][]; code: string; onClose(): void }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const all: [string, string][] = [...lines, [t('operator.activation'), code]]
  return (
    <Dialog title={title} onClose={onClose} closable={false}>
      <div className="stack" style={{ gap: 14 }}>
        <p>{t('operator.madeText')}</p>
        <dl className="handover">{all.map(([k, v]) => <div key={k} style={{ display: 'contents' }}><dt>{k}</dt><dd className="mono">{v}</dd></div>)}</dl>
        <p className="second">{t('operator.madeWhere')}</p>
        <div className="actions">
          <Button icon={<Icon name={copied ? 'check' : 'copy'} size={16} />} onClick={() => void navigator.clipboard.writeText(all.map(([k, v]) => `${k} ${v}`).join('\n')).then(() => setCopied(true))}>{t(copied ? 'operator.copied' : 'operator.copy')}</Button>
          <Button type="primary" onClick={onClose}>{t('operator.kept')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
