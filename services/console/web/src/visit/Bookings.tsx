import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingKind, NoticeWay, type Booking, MealPeriod } from '@changke/gen/visit/v1/visit'
import { createConnectQueryKey, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router'
import { useCan, useHref, useMe, useRight, useStores } from '../app/me.tsx'
import { useLive } from '../app/watch.ts'
import { addDays, formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Choices, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { NoStores } from '../tenant/NoStores.tsx'
import { areaOf, boardOf, isOff } from './board.ts'
import { BookingRow } from './BookingRow.tsx'
import { BookingSheet } from './BookingSheet.tsx'
import { DayBoard } from './DayBoard.tsx'
import { NewBooking } from './NewBooking.tsx'
import { ReasonsDialog } from './ReasonsDialog.tsx'
import { Unchecked, useUnchecked } from './Unchecked.tsx'
import { mealKey, meals } from './words.ts'
import './bookings.css'

/** 预定: one store's day as a board of its places by meal period, or as a list, and what can be done with each booking. */
export default function Bookings() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const { state, hash } = useLocation() as { state: { guest?: string } | null; hash: string }
  const { store, none } = useStores()
  const mayWrite = useCan('booking.write')
  const [showOff, setShowOff] = useState(false)
  const [reasons, setReasons] = useState(false)
  const setsUp = useRight('store.write')?.tenantWide ?? false
  const checks = useCan('booking.check')
  const corrects = useCan('booking.correct')
  const live = useLive()
  const navigate = useNavigate()
  const href = useHref()
  const [flash, mark] = useFlash()
  const storeId = store?.id ?? ''
  const today = me.businessDate
  const date = /^\d{4}-\d\d-\d\d$/.test(params.get('date') ?? '') ? params.get('date')! : today
  const day = useQuery(BookingService.method.listBookings, { storeId, businessDate: date }, { enabled: storeId !== '', refetchInterval: live ? false : 30_000, placeholderData: keepPreviousData })
  const unchecked = useUnchecked(storeId, checks || corrects)
  const places = useQuery(BookingService.method.listResources, { storeId }, { enabled: storeId !== '', staleTime: 300_000 })
  const move = (change: Record<string, string | null>) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      for (const [key, value] of Object.entries(change)) value ? next.set(key, value) : next.delete(key)
      return next
    }, { replace: true, preventScrollReset: true })
  const changed = (booking: Booking | undefined, text: string) => {
    if (booking) mark(text)
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: BookingService.method.listBookings, cardinality: 'finite' }) })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: BookingService.method.getBooking, cardinality: 'finite' }) })
    if (checks || corrects) void unchecked.refetch()
  }
  const all = day.data?.bookings
  const hoursOf = (meal: MealPeriod) => {
    const hours = day.data?.meals.find((m) => m.mealPeriod === meal)
    return hours ? `${hours.from}–${hours.until} · ` : ''
  }
  const off = all?.filter(isOff).length ?? 0
  const told = all?.filter((b) => b.noticeWay === NoticeWay.IN_PERSON).length ?? 0
  const onlyTold = params.get('told') === '1'
  const shown = (showOff ? all : all?.filter((b) => !isOff(b)))?.filter((b) => !onlyTold || b.noticeWay === NoticeWay.IN_PERSON)
  const asList = params.get('view') === 'list' || onlyTold
  const opened = params.get('booking') ?? (hash.startsWith('#b-') && !asList ? hash.slice(3) : '')
  const areas = [...new Set((places.data?.resources ?? []).map(areaOf).filter(Boolean))]
  const area = areas.includes(params.get('area') ?? '') ? params.get('area')! : ''
  const now = date === today ? day.data?.currentMealPeriod : undefined
  const wanted = meals.find((m) => String(m) === params.get('meal'))
  const meal = wanted ?? (now || MealPeriod.DINNER)
  const bookable = (m: MealPeriod) => mayWrite && (date > today || (date === today && m >= (now ?? 0)))
  const rows = all && places.data ? boardOf(places.data.resources, all, date).filter((r) => !area || !r.resource || areaOf(r.resource) === area) : undefined
  const from = { place: params.get('place') ?? '', meal: wanted, kind: places.data?.resources.find((r) => r.id === params.get('place'))?.kind }
  return (
    <div className="page">
      <PageHead title={t('menu.bookings')} sub={store?.name}>
        {flash}
        <span className={live ? 'live' : 'live off'} role="status">{t(live ? 'dayboard.live' : 'dayboard.notLive')}</span>
        <Button onClick={() => void navigate(href(`/bookings/sheet?meal=${meal}${date === today ? '' : `&date=${date}`}`))}>{t('dayboard.shift')}</Button>
        {mayWrite && !none && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => move({ new: '1' })}>{t('booking.new')}</Button>}
      </PageHead>
      <div className="day-bar">
        <button type="button" className="iconbutton" onClick={() => move({ date: addDays(date, -1) })} aria-label={t('booking.dayBefore')}><Icon name="left" /></button>
        <label className="day-pick">
          <span>{formatDate(date, lang)}{date === today && <em>{t('booking.today')}</em>}</span>
          <input type="date" value={date} onChange={(e) => e.target.value && move({ date: e.target.value === today ? null : e.target.value })} aria-label={t('booking.day')} onClick={(e) => e.currentTarget.showPicker?.()} />
        </label>
        <button type="button" className="iconbutton" onClick={() => move({ date: addDays(date, 1) })} aria-label={t('booking.dayAfter')}><Icon name="right" /></button>
        {date !== today && <button type="button" className="linklike" onClick={() => move({ date: null })}>{t('booking.backToday')}</button>}
        {asList && off > 0 && <label className="row off"><input type="checkbox" checked={showOff} onChange={(e) => setShowOff(e.target.checked)} />{t('booking.showOff', { count: off })}</label>}
      </div>
      <div className="board-bar">
        <Choices param="view" look="segments" label={t('dayboard.view')} values={[{ value: 'board', label: t('dayboard.board') }, { value: 'list', label: t('dayboard.list') }]} />
        {!asList && areas.length > 1 && (
          <select className="native" value={area} onChange={(e) => move({ area: e.target.value || null })} aria-label={t('dayboard.area')}>
            <option value="">{t('dayboard.allAreas')}</option>
            {areas.map((a) => <option key={a} value={a}>{a}</option>)}
          </select>
        )}
        {(told > 0 || onlyTold) && <label className="tick"><input type="checkbox" checked={onlyTold} onChange={(e) => move({ told: e.target.checked ? '1' : null })} />{t('dayboard.onlyTold', { count: told })}</label>}
        <span className="grow" />
        {!!unchecked.data?.total && <button type="button" className="linklike" onClick={() => move({ check: '1' })}>{t('dayboard.check.waiting', { count: unchecked.data.total })}</button>}
        {setsUp && <button type="button" className="linklike" onClick={() => setReasons(true)}>{t('dayboard.reasonsTitle')}</button>}
      </div>
      {!asList && (
        <nav className="segments on-phone" aria-label={t('booking.meal')}>
          {meals.map((m) => <Link key={m} to={{ search: withParam(params, 'meal', String(m)) }} replace preventScrollReset aria-current={m === meal ? 'page' : undefined}>{t(`meal.${mealKey(m)}`)}</Link>)}
        </nav>
      )}
      <Failure error={day.error ?? places.error} onRetry={() => { void day.refetch(); void places.refetch() }} />
      {none && <NoStores />}
      {!(asList ? shown : rows) && !day.error && !none && <Bones rows={5} h={88} />}
      {!asList && rows && rows.length > 0 && (
        <DayBoard rows={rows} meal={meal} now={now} bookable={bookable} hoursOf={(m) => hoursOf(m).replace(' · ', '')} onOpen={(b) => move({ booking: b.id })} onBook={(r, m) => move({ new: '1', place: r.id, meal: String(m) })} />
      )}
      {!asList && rows?.length === 0 && <div className="card"><Empty icon="booking" title={t('dayboard.noPlaces')} text={t('dayboard.noPlacesText')} /></div>}
      {asList && shown?.length === 0 && (
        <div className="card">
          <Empty icon="booking" title={t('booking.empty', { date: formatDate(date, lang) })} text={t('booking.emptyText')}>
            {mayWrite && <Button type="primary" onClick={() => move({ new: '1' })}>{t('booking.new')}</Button>}
          </Empty>
        </div>
      )}
      {asList && meals.map((meal) => {
        const here = shown?.filter((b) => b.mealPeriod === meal) ?? []
        if (here.length === 0) return null
        return (
          <section key={meal} className="meal">
            <h2>{t(`meal.${mealKey(meal)}`)} <span className="quiet small">{hoursOf(meal)}{t('booking.tables', { count: here.length })} · {t('booking.guestsSum', { count: here.reduce((sum, b) => sum + b.guests, 0) })}</span></h2>
            <ul className="card">{here.map((b) => <BookingRow key={b.id} booking={b} mayWrite={mayWrite} onChanged={changed} onOpen={() => move({ booking: b.id })} />)}</ul>
          </section>
        )
      })}
      {opened && <BookingSheet id={opened} mayWrite={mayWrite} onClose={() => (params.get('booking') ? move({ booking: null }) : window.history.replaceState(null, '', window.location.pathname + window.location.search))} onChanged={() => changed(undefined, '')} />}
      {params.get('check') && (checks || corrects) && store && !opened && <Unchecked storeId={storeId} onClose={() => move({ check: null })} onChecked={() => changed(undefined, '')} onOpen={(b) => move({ booking: b.id })} />}
      {reasons && <ReasonsDialog onClose={() => setReasons(false)} />}
      {mayWrite && params.get('new') && store && day.data && (
        <NewBooking store={store} date={date} guest={state?.guest ?? ''} meal={from.meal ?? (day.data.currentMealPeriod || MealPeriod.LUNCH)} place={from.place} kind={from.kind ?? BookingKind.ROOM} taken={all ?? []} onClose={() => move({ new: null, place: null })} onDone={(b) => { move({ new: null, place: null, date: b.businessDate === today ? null : b.businessDate }); changed(b, t('booking.entered', { guest: b.guestName || b.maskedNumber, place: b.resourceName || b.ref })) }} />
      )}
    </div>
  )
}

function withParam(params: URLSearchParams, key: string, value: string): string {
  const next = new URLSearchParams(params)
  next.set(key, value)
  return next.toString()
}
