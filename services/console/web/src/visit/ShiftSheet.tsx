import { BookingService, type ShiftLine } from '@changke/gen/visit/v1/booking_service'
import { BookingState } from '@changke/gen/visit/v1/visit'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useMe, useStores } from '../app/me.tsx'
import { formatDate, formatFen } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Choices, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { NoStores } from '../tenant/NoStores.tsx'
import { bookingState, mealKey, meals } from './words.ts'
import './shift.css'

/** 班前单: who comes in a meal period, where, and what to heed; printed on A4 for the talk before the shift. */
export default function ShiftSheet() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const [params] = useSearchParams()
  const { store, none } = useStores()
  const date = /^\d{4}-\d\d-\d\d$/.test(params.get('date') ?? '') ? params.get('date')! : me.businessDate
  const wanted = Number(params.get('meal'))
  const meal = meals.find((m) => m === wanted) ?? meals[0]
  const { data, error, refetch } = useQuery(BookingService.method.getShiftSheet, { storeId: store?.id ?? '', businessDate: date, mealPeriod: meal }, { enabled: store !== undefined })
  const lines = data?.lines
  const guests = lines?.reduce((sum, l) => sum + (l.booking?.guests ?? 0), 0) ?? 0
  return (
    <div className="page shift">
      <Go to={`/bookings${date === me.businessDate ? '' : `?date=${date}`}`} className="back"><Icon name="left" size={16} />{t('menu.bookings')}</Go>
      <PageHead title={t('dayboard.shiftTitle')} sub={`${store?.name ?? ''} · ${formatDate(date, lang)} ${t(`meal.${mealKey(meal)}`)}${lines ? ` · ${t('booking.tables', { count: lines.length })} · ${t('booking.guestsSum', { count: guests })}` : ''}`}>
        <Button type="primary" onClick={() => window.print()} disabled={!lines?.length}>{t('dayboard.print')}</Button>
      </PageHead>
      <Choices param="meal" look="segments" label={t('booking.meal')} values={meals.map((m) => ({ value: String(m), label: t(`meal.${mealKey(m)}`) }))} />
      <Failure error={error} onRetry={() => void refetch()} />
      {none && <NoStores />}
      {!lines && !error && !none && <Bones rows={5} h={64} />}
      {lines?.length === 0 && <div className="card"><Empty icon="booking" title={t('dayboard.shiftEmpty')} text={t('dayboard.shiftEmptyText')} /></div>}
      {lines && lines.length > 0 && (
        <div className="card shift-card">
          <table>
            <thead><tr><th scope="col">{t('dayboard.place')}</th><th scope="col">{t('dayboard.time')}</th><th scope="col">{t('dayboard.guest')}</th><th scope="col">{t('dayboard.heed')}</th><th scope="col">{t('dayboard.referrer')}</th></tr></thead>
            <tbody>{lines.map((l) => <Line key={l.booking?.id} line={l} />)}</tbody>
          </table>
        </div>
      )}
      {lines && lines.length > 0 && <p className="shift-foot">{t('dayboard.shiftFoot', { name: me.person?.name ?? '' })}</p>}
    </div>
  )
}

function Line({ line: { booking: b, guest } }: { line: ShiftLine }) {
  const { t } = useTranslation()
  if (!b) return null
  const state = bookingState(b.state)
  return (
    <tr>
      <th scope="row">{b.places.map((p) => p.name).join(' + ') || t('booking.noRoom')}<small>{[b.tables > 0 && t('booking.tables', { count: b.tables }), b.guests > 0 && t('booking.guests', { count: b.guests })].filter(Boolean).join(' · ')}</small></th>
      <td className="nowrap">{b.seatedTime || b.arriveTime || '—'}<small>{b.state === BookingState.CONFIRMED ? '' : t(`booking.state.${state.key}`)}</small></td>
      <td>{guest?.blacklisted && <strong className="black">{t('dayboard.blacklisted')} </strong>}<b>{b.guestName || b.maskedNumber || t('dayboard.unknown')}</b>{b.fileId && <span className="vip">VIP</span>}<small>{b.maskedNumber}{b.minSpendFen > 0n && ` · ${t('dayboard.min', { amount: formatFen(b.minSpendFen) })}`}</small></td>
      <td>
        {guest?.taboos && <div className="taboo"><Icon name="alert" size={14} /> {t('dayboard.taboos', { text: guest.taboos })}</div>}
        {guest?.taste && <div>{t('dayboard.taste', { text: guest.taste })}</div>}
        {guest?.favourites && <div>{t('dayboard.favourites', { text: guest.favourites })}</div>}
        {b.note && <div>{t('dayboard.wish', { text: b.note })}</div>}
      </td>
      <td className="who" data-label={t('dayboard.referrer')}>{b.ownerName || '—'}<small>{b.bookerName !== b.ownerName && t('booking.by', { name: b.bookerName })}</small></td>
    </tr>
  )
}
