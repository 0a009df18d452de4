import { BookingService } from '@changke/gen/visit/v1/booking_service'
import type { Booking } from '@changke/gen/visit/v1/visit'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/parts.tsx'

/** The notice of a booking: send it, send it again, or record that the guest was told in person (VIS-03). */
export function NoticeForm({ booking: b, onDone, onClose }: { booking: Booking; onDone(booking: Booking | undefined, text: string): void; onClose(): void }) {
  const { t } = useTranslation()
  const [told, setTold] = useState(b.maskedNumber === '')
  const [reason, setReason] = useState('')
  const send = useMutation(BookingService.method.sendNotice, { onSuccess: ({ booking }) => onDone(booking, t('dayboard.did.sent')) })
  const tell = useMutation(BookingService.method.tellInPerson, { onSuccess: ({ booking }) => onDone(booking, t('dayboard.did.told')) })
  return (
    <form className="sheet-form" onSubmit={(e) => { e.preventDefault(); if (reason.trim()) tell.mutate({ id: b.id, reason: reason.trim() }) }}>
      {!told && (
        <>
          <p className="second">{t(b.noticeTime ? 'dayboard.againText' : 'dayboard.sendText', { number: b.maskedNumber })}</p>
          <div className="actions">
            <Button type="primary" loading={send.isPending} onClick={() => send.mutate({ id: b.id })}>{t(b.noticeTime ? 'dayboard.sendAgain' : 'dayboard.sendNow')}</Button>
            {!b.noticeTime && <Button onClick={() => setTold(true)}>{t('dayboard.tell')}</Button>}
            <Button onClick={onClose}>{t('dayboard.leave')}</Button>
          </div>
        </>
      )}
      {told && (
        <>
          <p className="second">{t('dayboard.tellText')}</p>
          <div className="field"><label htmlFor="tell-why">{t('dayboard.tellWhy')}</label><Input id="tell-why" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} placeholder={t('dayboard.tellHint')} /></div>
          <div className="actions">
            <Button type="primary" htmlType="submit" loading={tell.isPending} disabled={!reason.trim()}>{t('dayboard.tellNow')}</Button>
            <Button onClick={onClose}>{t('dayboard.leave')}</Button>
          </div>
        </>
      )}
      <Failure error={send.error ?? tell.error} onClose={() => { send.reset(); tell.reset() }} />
    </form>
  )
}
