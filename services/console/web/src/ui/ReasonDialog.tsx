import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from './Dialog.tsx'
import { Failure, Wrong } from './parts.tsx'

interface Props {
  title: string
  /** Name of the reason, which says who will read it. */
  label: string
  /** What to say when it is missing. */
  need: string
  /** The act, as its button says. */
  act: string
  busy: boolean
  error: unknown
  onSend(reason: string): void
  onClose(): void
  children?: ReactNode
}

/** Refuses something with a reason. */
export function ReasonDialog({ title, label, need, act, busy, error, onSend, onClose, children }: Props) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const enough = [...reason.trim()].length >= 2
  const send = () => {
    setTried(true)
    if (enough) onSend(reason.trim())
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        {children}
        <div className="field">
          <label htmlFor="x-reason">{label}</label>
          <Input.TextArea id="x-reason" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} rows={3} />
          {tried && !enough && <Wrong text={need} />}
        </div>
        <Failure error={error} />
        <div className="actions"><Button type="primary" danger htmlType="submit" loading={busy}>{act}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
