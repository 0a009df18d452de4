import { PeopleFilter } from '@changke/gen/staff/v1/staff_service'
import { BookingService } from '@changke/gen/visit/v1/booking_service'
import type { Booking } from '@changke/gen/visit/v1/visit'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../app/me.tsx'
import { choiceOf, PersonPick } from '../staff/PersonPick.tsx'
import { useEverybody } from '../staff/useEverybody.ts'
import { Failure } from '../ui/parts.tsx'

/** Who booked or received the guest in truth (VIS-13): with a reason, and never oneself. Late is after the business day, for who settles corrections: it may be anybody who worked there then, whatever became of him. */
export function CorrectForm({ booking: b, late, onDone, onClose }: { booking: Booking; late: boolean; onDone(booking: Booking | undefined): void; onClose(): void }) {
  const { t } = useTranslation()
  const me = useMe()
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const people = useEverybody({ storeId: b.storeId, ...(late && { filter: PeopleFilter.ALL, workedOn: b.businessDate }) })
  const today = useMutation(BookingService.method.correctBooker, { onSuccess: ({ booking }) => onDone(booking) })
  const after = useMutation(BookingService.method.correctBookerLate, { onSuccess: ({ booking }) => onDone(booking) })
  const correct = late ? after : today
  return (
    <form className="sheet-form" onSubmit={(e) => { e.preventDefault(); if (to && reason.trim()) correct.mutate({ id: b.id, bookerId: to, reason: reason.trim() }) }}>
      <p className="second">{t(late ? 'dayboard.correctLate' : 'dayboard.correctText', { name: b.bookerName })}</p>
      <div className="field">
        <label htmlFor="correct-to">{t('dayboard.correctTo')}</label>
        <PersonPick id="correct-to" people={people.people.filter((p) => p.id !== b.bookerId && p.id !== me.person?.id).map(choiceOf)} value={to} none={t('dayboard.choosePerson')} onChange={setTo} />
      </div>
      <div className="field"><label htmlFor="correct-why">{t('dayboard.correctWhy')}</label><Input id="correct-why" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} /></div>
      <Failure error={correct.error ?? people.error} onClose={() => correct.reset()} />
      <div className="actions">
        <Button type="primary" htmlType="submit" loading={correct.isPending} disabled={!to || !reason.trim()}>{t('dayboard.correctNow')}</Button>
        <Button onClick={onClose}>{t('dayboard.leave')}</Button>
      </div>
    </form>
  )
}
