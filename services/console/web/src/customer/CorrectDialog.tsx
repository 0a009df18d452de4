import { FieldKind } from '@changke/gen/customer/v1/template'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Bone, Failure, Wrong } from '../ui/parts.tsx'
import { useLabel, useTemplate } from './form.ts'

interface Props {
  busy: boolean
  error: unknown
  onSend(corrections: { field: string; reason: string }[]): void
  onClose(): void
}

/** A guest's correction: which fields, and what they shall be; it opens the change of his files (CHG-01). */
export function CorrectDialog({ busy, error, onSend, onClose }: Props) {
  const { t } = useTranslation()
  const label = useLabel()
  const template = useTemplate()
  const [said, setSaid] = useState<Record<string, string>>({})
  const [tried, setTried] = useState(false)
  const fields = template?.fields.filter((f) => ![FieldKind.REFERRER, FieldKind.CONSENT].includes(f.kind)) ?? []
  const picked = fields.filter((f) => said[f.name] !== undefined)
  const enough = (name: string) => [...(said[name] ?? '').trim()].length >= 2
  const send = () => {
    setTried(true)
    if (picked.length > 0 && picked.every((f) => enough(f.name))) onSend(picked.map((f) => ({ field: f.name, reason: (said[f.name] ?? '').trim() })))
  }
  const pick = (name: string, on: boolean) => setSaid((old) => {
    const { [name]: _, ...rest } = old
    return on ? { ...rest, [name]: '' } : rest
  })
  return (
    <Dialog title={t('legal.correctTitle')} onClose={onClose} side>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        <p className="second">{t('legal.correctHow')}</p>
        {!template && <Bone h={120} />}
        <div className="choices" role="group" aria-label={t('change.which')}>
          {fields.map((f) => <label className="choice" key={f.name}><input type="checkbox" checked={said[f.name] !== undefined} onChange={(e) => pick(f.name, e.target.checked)} /><span>{label(f)}</span></label>)}
        </div>
        {tried && picked.length === 0 && <Wrong text={t('legal.correctPick')} />}
        {picked.map((f) => (
          <div className="field" key={f.name}>
            <label htmlFor={`r-${f.name}`}>{t('legal.correctAt', { field: label(f) })}</label>
            <Input id={`r-${f.name}`} value={said[f.name]} maxLength={200} autoComplete="off" onChange={(e) => setSaid((old) => ({ ...old, [f.name]: e.target.value }))} />
            {tried && !enough(f.name) && <Wrong text={t('legal.correctNeed')} />}
          </div>
        ))}
        <p className="quiet small">{t('legal.correctLoose')}</p>
        {violationsByField(error).corrections ? <Wrong text={violationsByField(error).corrections?.message} /> : <Failure error={error} />}
        <div className="actions"><Button type="primary" htmlType="submit" loading={busy}>{t('legal.correctSend')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
