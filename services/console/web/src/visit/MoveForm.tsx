import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingKind, BookingState, type Booking } from '@changke/gen/visit/v1/visit'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { useMe } from '../app/me.tsx'
import { joinWords } from '../ui/format.ts'
import { useEdit, useLanguage } from '../ui/hooks.ts'
import { Failure, Latest, Wrong } from '../ui/parts.tsx'
import { TimeInput } from '../ui/TimeInput.tsx'
import { ArrivalHint } from './Arrival.tsx'
import { isOff, placesOf } from './board.ts'
import { PlacePicker } from './PlacePicker.tsx'
import { inHours, mealKey, meals } from './words.ts'

const formOf = (b: Booking) => ({ picked: placesOf(b), tables: String(b.tables || ''), date: b.businessDate, meal: b.mealPeriod, arriveTime: b.arriveTime })

/** Other places for a booking: another room, tables put together, other tables of a hall. */
export function MoveForm({ booking, reload, onDone, onClose }: { booking: Booking; reload(): Promise<Booking | undefined>; onDone(booking: Booking | undefined): void; onClose(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const { seen: b, form: { picked, tables, date, meal, arriveTime }, set: put, renew } = useEdit(booking, formOf)
  const places = useQuery(BookingService.method.listResources, { storeId: b.storeId })
  const move = useMutation(BookingService.method.moveBooking, { onSuccess: ({ booking }) => onDone(booking) })
  const [other, setOther] = useState<Booking>() // to exchange places with, as it was picked
  const set = (change: Parameters<typeof put>[0]) => { move.reset(); setOther(undefined); put(change) }
  const early = b.state === BookingState.REQUESTED || b.state === BookingState.CONFIRMED
  const day = useQuery(BookingService.method.listBookings, { storeId: b.storeId, businessDate: date })
  // What the guests said for one meal is no time of another: the field shows that it has to be asked anew (VIS-10).
  const hours = day.data?.meals.find((m) => m.mealPeriod === meal)
  const lost = meal !== b.mealPeriod && b.arriveTime !== '' && arriveTime === b.arriveTime && hours !== undefined && !inHours(arriveTime, hours)
  const same = date === b.businessDate && meal === b.mealPeriod
  const others = (day.data?.bookings ?? []).filter((o) => o.id !== b.id && o.mealPeriod === b.mealPeriod && o.kind !== BookingKind.BANQUET && o.places.length > 0 && !isOff(o) && o.state !== BookingState.FINISHED)
  const banquet = b.kind === BookingKind.BANQUET
  const to = other ? { swapWithId: other.id, swapBaseVersion: other.version } : { resourceIds: picked, tables: banquet ? Number.parseInt(tables, 10) || 0 : 0, businessDate: date, mealPeriod: meal, arriveTime: arriveTime === b.arriveTime ? undefined : arriveTime }
  const again = async () => {
    const [now] = await Promise.all([reload(), day.refetch()])
    renew(now)
    setOther(undefined)
    move.reset()
  }
  return (
    <form className="sheet-form" onSubmit={(e) => { e.preventDefault(); move.mutate({ id: b.id, baseVersion: b.version, ...to }) }}>
      {early && (
        <div className="row">
          <div className="field grow"><label htmlFor="move-date">{t('booking.day')}</label><input className="native" id="move-date" type="date" min={me.businessDate} value={date} onChange={(e) => { if (e.target.value) set({ date: e.target.value }) }} /></div>
          <div className="field grow"><label htmlFor="move-meal">{t('booking.meal')}</label>
            <select className="native" id="move-meal" value={meal} onChange={(e) => set({ meal: Number(e.target.value) })}>{meals.map((m) => <option key={m} value={m}>{t(`meal.${mealKey(m)}`)}</option>)}</select></div>
        </div>
      )}
      {early && (
        <div className="field"><label htmlFor="move-arrive">{t('dayboard.arriveAt')}</label><TimeInput id="move-arrive" value={lost ? '' : arriveTime} onChange={(arriveTime) => set({ arriveTime })} /><Wrong text={violationsByField(move.error).arrive_time?.message} />
          {lost ? <p className="small text-soon">{t('dayboard.arriveLost', { time: b.arriveTime, meal: t(`meal.${mealKey(meal)}`), hours: `${hours.from}–${hours.until}` })}</p> : <ArrivalHint hours={day.data?.meals ?? []} meal={meal} time={arriveTime} />}</div>
      )}
      <div className="field">
        <label htmlFor="move-to">{t('dayboard.moveTo')}</label>
        <PlacePicker id="move-to" places={(places.data?.resources ?? []).filter((r) => (r.kind === BookingKind.BANQUET) === banquet)} bookings={day.data?.bookings ?? []} date={date} meal={meal} but={b.id} picked={picked} onPick={(ids) => set({ picked: ids })} />
      </div>
      {banquet && <div className="field"><label htmlFor="move-tables">{t('dayboard.tables')}</label><Input id="move-tables" inputMode="numeric" value={tables} onChange={(e) => set({ tables: e.target.value.replaceAll(/\D/g, '') })} maxLength={3} /></div>}
      {same && !banquet && b.places.length > 0 && others.length > 0 && (
        <div className="field"><label htmlFor="move-swap">{t('dayboard.swapWith')}</label>
          <select className="native" id="move-swap" value={other?.id ?? ''} onChange={(e) => { move.reset(); setOther(others.find((o) => o.id === e.target.value)) }}>
            <option value="">{t('dayboard.noSwap')}</option>
            {others.map((o) => <option key={o.id} value={o.id}>{[joinWords(o.places.map((p) => p.name), lang), o.guestName || o.maskedNumber].filter(Boolean).join(' · ')}</option>)}
          </select></div>
      )}
      {!same && b.noticeTime && <p className="small text-soon">{t('dayboard.tellAgain')}</p>}
      <Failure error={move.error} onClose={() => move.reset()}><Latest error={move.error} onLoad={() => void again()} /></Failure>
      <div className="actions">
        <Button type="primary" htmlType="submit" loading={move.isPending}>{t('dayboard.moveNow')}</Button>
        <Button onClick={onClose}>{t('dayboard.leave')}</Button>
      </div>
    </form>
  )
}
