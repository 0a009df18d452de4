import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'

interface Props {
  title: string
  lead: string
  /** What goes and what stays, a line each. */
  goes: string[]
  /** What the reader says by ticking. */
  sure: string
  /** What to say when he has not. */
  need: string
  act: string
  busy: boolean
  error: unknown
  onSure(): void
  onClose(): void
}

/** Before something that cannot be undone: what it does, and a tick that it was meant. */
export function ForeverDialog({ title, lead, goes, sure, need, act, busy, error, onSure, onClose }: Props) {
  const { t } = useTranslation()
  const [ticked, setTicked] = useState(false)
  const [tried, setTried] = useState(false)
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); setTried(true); if (ticked) onSure() }} noValidate>
        <div className="notice late"><Icon name="alert" size={18} /><div><p><b>{lead}</b></p><ul className="goes">{goes.map((line) => <li key={line}>{line}</li>)}</ul></div></div>
        <div className="field">
          <label className="tick row"><input type="checkbox" checked={ticked} onChange={(e) => setTicked(e.target.checked)} />{sure}</label>
          {tried && !ticked && <Wrong text={need} />}
        </div>
        <Failure error={error} />
        <div className="actions"><Button type="primary" danger htmlType="submit" loading={busy}>{act}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
