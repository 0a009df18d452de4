import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure } from '../ui/parts.tsx'

const shownFor = 60_000

/** A masked number; shown in clear for a minute after a reason, which is logged. */
export function GuestNumber({ fileId, masked }: { fileId: string; masked: string }) {
  const { t } = useTranslation()
  const mayReveal = useCan('customer.reveal')
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const [clear, setClear] = useState('')
  const reveal = useMutation(CustomerService.method.revealNumber, {
    onSuccess: ({ number }) => {
      setClear(number)
      setAsking(false)
      setReason('')
      // The number must not stay in any cache.
      reveal.reset()
    },
  })
  useEffect(() => {
    if (!clear) return
    const timer = setTimeout(() => setClear(''), shownFor)
    return () => clearTimeout(timer)
  }, [clear])
  const enough = [...reason.trim()].length >= 2
  const ask = () => {
    if (enough) reveal.mutate({ id: fileId, reason: reason.trim() })
  }
  return (
    <div className="number">
      {clear ? (
        <>
          <a href={`tel:${clear.replaceAll(/[^\d+]/g, '')}`}><Icon name="phone" size={16} /> {clear}</a>
          <button type="button" className="linklike small" onClick={() => setClear('')}>{t('reveal.hide')}</button>
        </>
      ) : (
        <>
          <span>{masked}</span>
          {mayReveal && <button type="button" className="linklike small" onClick={() => setAsking(true)}><Icon name="eye" size={16} />{t('reveal.show')}</button>}
        </>
      )}
      {asking && <Dialog title={t('reveal.title')} onClose={() => setAsking(false)}>
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
          <Failure error={reveal.error} />
          <div className="actions">
            <Button type="primary" htmlType="submit" disabled={!enough} loading={reveal.isPending}>{t('reveal.show')}</Button>
            <Button onClick={() => setAsking(false)}>{t('app.cancel')}</Button>
          </div>
        </form>
      </Dialog>}
    </div>
  )
}
