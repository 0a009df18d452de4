import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingKind, type Booking } from '@changke/gen/visit/v1/visit'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/parts.tsx'
import { placesOf } from './board.ts'
import { PlacePicker } from './PlacePicker.tsx'

/** Other places for a booking: another room, tables put together, other tables of a hall. */
export function MoveForm({ booking: b, onDone, onClose }: { booking: Booking; onDone(booking: Booking | undefined): void; onClose(): void }) {
  const { t } = useTranslation()
  const [picked, setPicked] = useState(placesOf(b))
  const [tables, setTables] = useState(String(b.tables || ''))
  const places = useQuery(BookingService.method.listResources, { storeId: b.storeId })
  const day = useQuery(BookingService.method.listBookings, { storeId: b.storeId, businessDate: b.businessDate })
  const move = useMutation(BookingService.method.moveBooking, { onSuccess: ({ booking }) => onDone(booking) })
  const banquet = b.kind === BookingKind.BANQUET
  return (
    <form className="sheet-form" onSubmit={(e) => { e.preventDefault(); move.mutate({ id: b.id, resourceIds: picked, tables: banquet ? Number.parseInt(tables, 10) || 0 : 0 }) }}>
      <div className="field">
        <label htmlFor="move-to">{t('dayboard.moveTo')}</label>
        <PlacePicker id="move-to" places={(places.data?.resources ?? []).filter((r) => (r.kind === BookingKind.BANQUET) === banquet)} bookings={day.data?.bookings ?? []} date={b.businessDate} meal={b.mealPeriod} but={b.id} picked={picked} onPick={(ids) => { move.reset(); setPicked(ids) }} />
      </div>
      {banquet && <div className="field"><label htmlFor="move-tables">{t('dayboard.tables')}</label><Input id="move-tables" inputMode="numeric" value={tables} onChange={(e) => setTables(e.target.value.replaceAll(/\D/g, ''))} maxLength={3} /></div>}
      <Failure error={move.error} onClose={() => move.reset()} />
      <div className="actions">
        <Button type="primary" htmlType="submit" loading={move.isPending}>{t('dayboard.moveNow')}</Button>
        <Button onClick={onClose}>{t('dayboard.leave')}</Button>
      </div>
    </form>
  )
}
