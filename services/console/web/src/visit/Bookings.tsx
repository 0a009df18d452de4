import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingState, type Booking, MealPeriod } from '@changke/gen/visit/v1/visit'
import { createConnectQueryKey, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useSearchParams } from 'react-router'
import { useCan, useMe, useStores } from '../app/me.tsx'
import { addDays, formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { NoStores } from '../tenant/NoStores.tsx'
import { BookingRow } from './BookingRow.tsx'
import { NewBooking } from './NewBooking.tsx'
import { mealKey, meals } from './words.ts'
import './bookings.css'

/** 预定: one store's day by meal period, and what can be done with each booking. */
export default function Bookings() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const { state } = useLocation() as { state: { guest?: string } | null }
  const { store, storeId: chosen, stores, none } = useStores()
  const mayWrite = useCan('booking.write')
  const [showOff, setShowOff] = useState(false)
  const [flash, mark] = useFlash()
  const storeId = store?.id ?? ''
  const today = me.businessDate
  const date = /^\d{4}-\d\d-\d\d$/.test(params.get('date') ?? '') ? params.get('date')! : today
  const day = useQuery(BookingService.method.listBookings, { storeId, businessDate: date }, { enabled: storeId !== '', refetchInterval: 30_000, placeholderData: keepPreviousData })
  const move = (change: Record<string, string | null>) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      for (const [key, value] of Object.entries(change)) value ? next.set(key, value) : next.delete(key)
      return next
    }, { replace: true, preventScrollReset: true })
  const changed = (booking: Booking | undefined, text: string) => {
    if (booking) mark(text)
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: BookingService.method.listBookings, cardinality: 'finite' }) })
  }
  const all = day.data?.bookings
  const hoursOf = (meal: MealPeriod) => {
    const hours = day.data?.meals.find((m) => m.mealPeriod === meal)
    return hours ? `${hours.from}–${hours.until} · ` : ''
  }
  const off = all?.filter(isOff).length ?? 0
  const shown = showOff ? all : all?.filter((b) => !isOff(b))
  return (
    <div className="page">
      <PageHead title={t('menu.bookings')} sub={stores.length > 1 && !chosen ? t('booking.oneStore', { store: store?.name ?? '' }) : store?.name}>
        {flash}
        {mayWrite && !none && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => move({ new: '1' })}>{t('booking.new')}</Button>}
      </PageHead>
      <div className="day-bar">
        <button type="button" className="iconbutton" onClick={() => move({ date: addDays(date, -1) })} aria-label={t('booking.dayBefore')}><Icon name="left" /></button>
        <label className="day">
          <span>{formatDate(date, lang)}{date === today && <em>{t('booking.today')}</em>}</span>
          <input type="date" value={date} onChange={(e) => e.target.value && move({ date: e.target.value === today ? null : e.target.value })} aria-label={t('booking.day')} onClick={(e) => e.currentTarget.showPicker?.()} />
        </label>
        <button type="button" className="iconbutton" onClick={() => move({ date: addDays(date, 1) })} aria-label={t('booking.dayAfter')}><Icon name="right" /></button>
        {date !== today && <button type="button" className="linklike" onClick={() => move({ date: null })}>{t('booking.backToday')}</button>}
        {off > 0 && <label className="row off"><input type="checkbox" checked={showOff} onChange={(e) => setShowOff(e.target.checked)} />{t('booking.showOff', { count: off })}</label>}
      </div>
      <Failure error={day.error} onRetry={() => void day.refetch()} />
      {none && <NoStores />}
      {!shown && !day.error && !none && <Bones rows={5} h={88} />}
      {shown?.length === 0 && (
        <div className="card">
          <Empty icon="booking" title={t('booking.empty', { date: formatDate(date, lang) })} text={t('booking.emptyText')}>
            {mayWrite && <Button type="primary" onClick={() => move({ new: '1' })}>{t('booking.new')}</Button>}
          </Empty>
        </div>
      )}
      {meals.map((meal) => {
        const here = shown?.filter((b) => b.mealPeriod === meal) ?? []
        if (here.length === 0) return null
        return (
          <section key={meal} className="meal">
            <h2>{t(`meal.${mealKey(meal)}`)} <span className="quiet small">{hoursOf(meal)}{t('booking.tables', { count: here.length })} · {t('booking.guestsSum', { count: here.reduce((sum, b) => sum + b.guests, 0) })}</span></h2>
            <ul className="card">{here.map((b) => <BookingRow key={b.id} booking={b} mayWrite={mayWrite} onChanged={changed} />)}</ul>
          </section>
        )
      })}
      {mayWrite && params.get('new') && store && day.data && (
        <NewBooking store={store} date={date} guest={state?.guest ?? ''} meal={day.data?.currentMealPeriod || MealPeriod.LUNCH} taken={all ?? []} onClose={() => move({ new: null })} onDone={(b) => { move({ new: null, date: b.businessDate === today ? null : b.businessDate }); changed(b, t('booking.entered', { guest: b.guestName || b.maskedNumber, place: b.resourceName || b.ref })) }} />
      )}
    </div>
  )
}

const isOff = (b: Booking) => b.state === BookingState.CANCELLED || b.state === BookingState.NO_SHOW
