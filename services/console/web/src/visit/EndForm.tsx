import { BookingService } from '@changke/gen/visit/v1/booking_service'
import type { Booking } from '@changke/gen/visit/v1/visit'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/parts.tsx'

/** Calls a booking off or says that nobody came: a reason of the chain's list, or one's own words (VIS-09). */
export function EndForm({ booking: b, ending, onDone, onClose }: { booking: Booking; ending: 'cancelled' | 'noShow'; onDone(booking: Booking | undefined): void; onClose(): void }) {
  const { t } = useTranslation()
  const [picked, setPicked] = useState('')
  const [typed, setTyped] = useState('')
  const reasons = useQuery(BookingService.method.listBookingReasons, {}, { staleTime: 300_000 })
  const done = { onSuccess: ({ booking }: { booking?: Booking }) => onDone(booking) }
  const cancel = useMutation(BookingService.method.cancelBooking, done)
  const noShow = useMutation(BookingService.method.markNoShow, done)
  const act = ending === 'cancelled' ? cancel : noShow
  const reason = [picked, typed.trim()].filter(Boolean).join('：')
  return (
    <form className="sheet-form" onSubmit={(e) => { e.preventDefault(); if (reason) act.mutate({ id: b.id, reason }) }}>
      <b>{t(`dayboard.end.${ending}`)}</b>
      <div className="reasons" role="radiogroup" aria-label={t('dayboard.reasons')}>
        {(reasons.data?.[ending] ?? []).map((r) => (
          <label className="choice" key={r}><input type="radio" name={`reason-${b.id}`} checked={picked === r} onClick={() => picked === r && setPicked('')} onChange={() => setPicked(r)} /><span>{r}</span></label>
        ))}
      </div>
      <Input value={typed} onChange={(e) => setTyped(e.target.value)} placeholder={t('dayboard.ownReason')} aria-label={t('dayboard.ownReason')} maxLength={150} />
      <Failure error={act.error} onClose={() => act.reset()} />
      <div className="actions">
        <Button htmlType="submit" danger type="primary" loading={act.isPending} disabled={!reason}>{t(ending === 'cancelled' ? 'booking.cancelNow' : 'dayboard.end.noShowNow')}</Button>
        <Button onClick={onClose}>{t(ending === 'cancelled' ? 'dayboard.keep' : 'dayboard.leave')}</Button>
      </div>
    </form>
  )
}
