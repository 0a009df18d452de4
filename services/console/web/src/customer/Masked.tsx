import { ContactService } from '@changke/gen/customer/v1/contact_service'
import { CustomerService, MaskedField } from '@changke/gen/customer/v1/customer_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure } from '../ui/parts.tsx'

const shownFor = 60_000
const phone = (value: string) => <a href={`tel:${value.replaceAll(/[^\d+]/g, '')}`}><Icon name="phone" size={16} /> {value}</a>
type What = 'number' | 'name' | 'birthday'

/** A masked number; in clear it can be called. */
export function GuestNumber({ fileId, masked }: { fileId: string; masked: string }) {
  const may = useCan('customer.reveal')
  const reveal = useMutation(CustomerService.method.revealNumber)
  return (
    <Masked what="number" masked={masked} may={may} clear={phone}
      show={async (reason) => (await reveal.mutateAsync({ id: fileId, reason })).number} />
  )
}

/** A masked further number of a file. */
export function ContactNumber({ fileId, contactId, masked }: { fileId: string; contactId: string; masked: string }) {
  const may = useCan('customer.reveal')
  const reveal = useMutation(ContactService.method.revealContact)
  return <Masked what="number" masked={masked} may={may} clear={phone} show={async (reason) => (await reveal.mutateAsync({ fileId, contactId, reason })).number} />
}

/** A masked name or birthday. */
export function GuestField({ fileId, what, masked }: { fileId: string; what: 'name' | 'birthday'; masked: string }) {
  const may = useCan('customer.unmask')
  const reveal = useMutation(CustomerService.method.revealField)
  const field = what === 'name' ? MaskedField.NAME : MaskedField.BIRTHDAY
  return <Masked what={what} masked={masked} may={may} show={async (reason) => (await reveal.mutateAsync({ id: fileId, field, reason })).value} />
}

// Shown in clear for a minute after a reason, which is logged. The value stays
// in this component alone, in no cache.
function Masked({ what, masked, may, clear, show }: { what: What; masked: string; may: boolean; clear?: (value: string) => ReactNode; show: (reason: string) => Promise<string> }) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const [value, setValue] = useState('')
  useEffect(() => {
    if (!value) return
    const timer = setTimeout(() => setValue(''), shownFor)
    return () => clearTimeout(timer)
  }, [value])
  return (
    <span className="masked">
      {value ? (
        <>
          {clear ? clear(value) : <b>{value}</b>}
          <button type="button" className="linklike small" onClick={() => setValue('')}>{t('reveal.hide')}</button>
        </>
      ) : (
        <>
          <span>{masked}</span>
          {may && <button type="button" className="linklike small" onClick={() => setAsking(true)}><Icon name="eye" size={16} />{t(`reveal.show.${what}`)}</button>}
        </>
      )}
      {asking && <Ask what={what} onClose={() => setAsking(false)} show={async (reason) => { setValue(await show(reason)); setAsking(false) }} />}
    </span>
  )
}

function Ask({ what, show, onClose }: { what: What; show: (reason: string) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const enough = [...reason.trim()].length >= 2
  const ask = () => {
    if (!enough || busy) return
    setBusy(true)
    setError(null)
    show(reason.trim()).catch((failed: unknown) => { setError(failed); setBusy(false) })
  }
  return (
    <Dialog title={t(`reveal.title.${what}`)} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); ask() }}>
        <p className="second">{t('reveal.text')}</p>
        <div className="choices">
          {(['call', 'confirm', 'care'] as const).map((key) => (
            <Button key={key} size="small" onClick={() => setReason(t(`reveal.reasons.${key}`))}>{t(`reveal.reasons.${key}`)}</Button>
          ))}
        </div>
        <div className="field">
          <label htmlFor="reveal-reason">{t('reveal.reason')}</label>
          <Input id="reveal-reason" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} />
        </div>
        <Failure error={error} />
        <div className="actions">
          <Button type="primary" htmlType="submit" disabled={!enough} loading={busy}>{t(`reveal.show.${what}`)}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
