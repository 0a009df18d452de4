import { ContactKind } from '@changke/gen/customer/v1/contact'
import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingState, type Booking } from '@changke/gen/visit/v1/visit'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { contactKey } from '../customer/contactKinds.ts'
import { useMe, useRight, useStores } from '../app/me.tsx'
import { formatClock } from '../ui/format.ts'
import { useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure, Go } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import { EndForm } from './EndForm.tsx'
import { bookingState, kindKey } from './words.ts'
import './board.css'

/** A booking of the day with its acts. A failure stays under its row. */
export function BookingRow({ booking: b, mayWrite, onChanged, onOpen }: { booking: Booking; mayWrite: boolean; onChanged(booking: Booking | undefined, text: string): void; onOpen(): void }) {
  const { t } = useTranslation()
  const [ending, setEnding] = useState<'cancelled' | 'noShow'>()
  const done = (text: string) => ({ onSuccess: ({ booking }: { booking?: Booking }) => onChanged(booking, text) })
  const seat = useMutation(BookingService.method.seatBooking, done(t('booking.did.seated')))
  const finish = useMutation(BookingService.method.finishBooking, done(t('booking.did.finished')))
  const acts = [seat, finish]
  const error = acts.find((act) => act.error)?.error
  const busy = acts.some((act) => act.isPending)
  const state = bookingState(b.state)
  const me = useMe()
  const said = useSaid()
  const zone = useStores().stores.find((s) => s.id === b.storeId)?.zone
  const right = useRight('customer.read')
  // Whoever sees only his own guests would not find another's file.
  const seesFile = right && (right.tenantWide || right.storeIds.includes(b.storeId) || b.ownerName === me.person?.name)
  const open = b.state === BookingState.CONFIRMED || b.state === BookingState.REQUESTED
  const reset = () => acts.forEach((act) => act.reset())
  return (
    <li className={`booking ${state.key}`} id={`b-${b.id}`}>
      <div className="booking-row">
        <div className="place">
          <button type="button" className="linklike" onClick={onOpen}><b>{b.places.map((p) => p.name).join(' + ') || b.resourceName || t('booking.noRoom')}</b></button>
          <small>{t(`booking.kind.${kindKey(b.kind)}`)}{b.guests > 0 && ` · ${t('booking.guests', { count: b.guests })}`}</small>
        </div>
        <div className="guest">
          <b>{b.fileId && seesFile ? <Go to={`/customers/${b.fileId}`}>{b.guestName || b.maskedNumber}</Go> : b.guestName || b.maskedNumber}</b>
          {b.fileId && <Chip tone="accent">VIP</Chip>}
          <small>{b.maskedNumber}{b.contactKind !== ContactKind.UNSPECIFIED && ` · ${t('contact.calledBy', { kind: t(`contact.kinds.${contactKey(b.contactKind)}`), name: b.contactName })}`} · {t('booking.by', { name: b.bookerName })}{b.ownerName && ` · ${t('booking.owner', { name: b.ownerName })}`}</small>
        </div>
        <div className="state">
          <Chip tone={state.tone}>{t(`booking.state.${state.key}`)}</Chip>
          <small className="quiet nowrap">{[open && b.arriveTime && t('dayboard.arrives', { time: b.arriveTime }), b.seatedTime && t('booking.times.seated', { time: b.seatedTime }), b.finishTime && t('booking.times.finished', { time: formatClock(b.finishTime, zone) })].filter(Boolean).join(' · ')}</small>
          {!b.noticeTime && (open || b.state === BookingState.SEATED) && <Chip tone="soon">{t('booking.noNotice')}</Chip>}
        </div>
        {mayWrite && (
          <div className="actions">
            {open && <Button type="primary" loading={seat.isPending} disabled={busy || b.businessDate !== me.businessDate} title={b.businessDate === me.businessDate ? undefined : t('dayboard.notToday')} onClick={() => { reset(); seat.mutate({ id: b.id }) }}>{t('booking.seat')}</Button>}
            {b.state === BookingState.SEATED && (
              <Popconfirm title={t('booking.finishTitle')} description={t('booking.finishText')} okText={t('booking.finish')} cancelText={t('app.cancel')} onConfirm={() => { reset(); finish.mutate({ id: b.id }) }}>
                <Button type="primary" loading={finish.isPending} disabled={busy}>{t('booking.finish')}</Button>
              </Popconfirm>
            )}
            {open && (
              <>
                <Button disabled={busy} onClick={() => setEnding(ending === 'noShow' ? undefined : 'noShow')}>{t('booking.noShow')}</Button>
                <Button disabled={busy} onClick={() => setEnding(ending === 'cancelled' ? undefined : 'cancelled')}>{t('booking.cancel')}</Button>
              </>
            )}
          </div>
        )}
      </div>
      {(b.creditExplained || b.note || b.cancelReason) && (
        <p className="booking-why">
          {b.creditExplained && <span><Icon name="leaf" size={14} /> <RuleText>{said(b.creditExplained, b.creditExplainedEn)}</RuleText></span>}
          {b.note && <span><Icon name="edit" size={14} /> {b.note}</span>}
          {b.cancelReason && <span>{t(state.key === 'noShow' ? 'dayboard.missedFor' : 'booking.cancelledFor', { reason: b.cancelReason })}</span>}
        </p>
      )}
      {ending && open && <EndForm key={ending} booking={b} ending={ending} onClose={() => setEnding(undefined)} onDone={(after) => { setEnding(undefined); onChanged(after, t(`booking.did.${ending}`)) }} />}
      <Failure error={error} onClose={reset} />
    </li>
  )
}
