import { BookingKind, BookingState, type Booking, type MealPeriod, type Resource } from '@changke/gen/visit/v1/visit'
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { formatFen } from '../ui/format.ts'
import { usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { placesOf, type PlaceRow, type Slot } from './board.ts'
import { bookingState, kindKey, mealKey, meals } from './words.ts'
import './board.css'

interface Props {
  rows: PlaceRow[]
  /** The meal it is now; shown on the phone unless another is chosen. */
  meal: MealPeriod
  now: MealPeriod | undefined
  hoursOf(meal: MealPeriod): string
  /** Whether a free place can still be booked for a meal. */
  bookable(meal: MealPeriod): boolean
  onOpen(booking: Booking): void
  onBook(resource: Resource, meal: MealPeriod): void
}

const order = [BookingKind.ROOM, BookingKind.BANQUET, BookingKind.HALL]

/** 桌台: every place with its meals. A grid on the PC, of one meal a list on the phone. */
export function DayBoard(props: Props) {
  const { t } = useTranslation()
  const phone = usePhone()
  const shown = phone ? [props.meal] : [...meals]
  const groups = order.map((kind) => ({ kind, rows: props.rows.filter((r) => r.resource?.kind === kind) })).filter((g) => g.rows.length > 0)
  const homeless = props.rows.filter((r) => !r.resource && r.slots.some((s) => shown.includes(s.meal) && s.bookings.length > 0))
  if (phone) {
    return (
      <>
        {homeless.map((row) => <section key="none" className="places"><h2>{t('booking.noRoom')}</h2><ul className="card"><PlaceLine row={row} {...props} /></ul></section>)}
        {groups.map(({ kind, rows }) => (
          <section key={kind} className="places">
            <h2>{t(`dayboard.group.${kindKey(kind)}`)} {props.bookable(props.meal) && <Free rows={rows} meal={props.meal} kind={kind} />}</h2>
            <ul className="card">{rows.map((row) => <PlaceLine key={row.resource!.id} row={row} {...props} />)}</ul>
          </section>
        ))}
      </>
    )
  }
  return (
    <div className="dayboard card" onKeyDown={walk}>
      <table aria-label={t('dayboard.title')}>
        <thead>
          <tr>
            <th scope="col">{t('dayboard.place')}</th>
            {meals.map((meal) => (
              <th scope="col" key={meal} className={meal === props.now ? 'now' : undefined}>
                {t(`meal.${mealKey(meal)}`)} <small>{props.hoursOf(meal)}</small>
              </th>
            ))}
          </tr>
        </thead>
        {homeless.length > 0 && (
          <tbody>
            {homeless.map((row) => <Row key="none" row={row} {...props} />)}
          </tbody>
        )}
        {groups.map(({ kind, rows }) => (
          <tbody key={kind}>
            <tr className="group">
              <th scope="rowgroup">{t(`dayboard.group.${kindKey(kind)}`)}</th>
              {meals.map((meal) => <td key={meal}>{props.bookable(meal) && <Free rows={rows} meal={meal} kind={kind} />}</td>)}
            </tr>
            {rows.map((row) => <Row key={row.resource!.id} row={row} {...props} />)}
          </tbody>
        ))}
      </table>
    </div>
  )
}

function Free({ rows, meal, kind }: { rows: PlaceRow[]; meal: MealPeriod; kind: BookingKind }) {
  const { t } = useTranslation()
  const free = rows.reduce((sum, r) => sum + (r.slots.find((s) => s.meal === meal)?.free ?? 0), 0)
  const all = kind === BookingKind.BANQUET ? rows.reduce((sum, r) => sum + (r.resource?.tables ?? 0), 0) : rows.length
  return <span className="free-sum">{t(kind === BookingKind.BANQUET ? 'dayboard.freeTables' : 'dayboard.freeOf', { free, all })}</span>
}

function About({ resource: r }: { resource: Resource }) {
  const { t } = useTranslation()
  return <small>{[r.tables > 0 ? t('booking.tables', { count: r.tables }) : t('booking.seats', { count: r.capacity }), r.floor, r.area, r.minSpendFen > 0n && t('dayboard.min', { amount: formatFen(r.minSpendFen).replace(/\.00$/, '') })].filter(Boolean).join(' · ')}</small>
}

function Row({ row, ...props }: { row: PlaceRow } & Props) {
  const { t } = useTranslation()
  return (
    <tr>
      <th scope="row">{row.resource ? <><b>{row.resource.name}</b><About resource={row.resource} /></> : <b>{t('booking.noRoom')}</b>}</th>
      {row.slots.map((slot) => <td key={slot.meal} className={slot.meal === props.now ? 'now' : undefined}><Cell row={row} slot={slot} {...props} /></td>)}
    </tr>
  )
}

function PlaceLine({ row, ...props }: { row: PlaceRow } & Props) {
  const slot = row.slots.find((s) => s.meal === props.meal)!
  return (
    <li className="place-line">
      {row.resource && <div className="what"><b>{row.resource.name}</b><About resource={row.resource} /></div>}
      <div className="cell"><Cell row={row} slot={slot} {...props} /></div>
    </li>
  )
}

function Cell({ row, slot, onOpen, onBook, bookable }: { row: PlaceRow; slot: Slot } & Props) {
  const { t } = useTranslation()
  const r = row.resource
  const place = r?.name ?? t('booking.noRoom')
  const meal = t(`meal.${mealKey(slot.meal)}`)
  return (
    <>
      {slot.bookings.map((b) => <Taken key={b.id} booking={b} place={place} onOpen={() => onOpen(b)} />)}
      {r && slot.free > 0 && (bookable(slot.meal) ? (
        <button type="button" className="slot free" onClick={() => onBook(r, slot.meal)} aria-label={r.kind === BookingKind.BANQUET ? t('dayboard.bookTables', { place, meal, count: slot.free }) : t('dayboard.book', { place, meal })}>
          <Icon name="plus" size={14} />{r.kind === BookingKind.BANQUET ? t('dayboard.tablesLeft', { count: slot.free }) : t('dayboard.free')}
        </button>
      ) : slot.bookings.length === 0 && <span className="slot past" aria-label={t('dayboard.past', { place, meal })}>—</span>)}
    </>
  )
}

function Taken({ booking: b, place, onOpen }: { booking: Booking; place: string; onOpen(): void }) {
  const { t } = useTranslation()
  const state = bookingState(b.state)
  const time = b.seatedTime || b.arriveTime
  const word = t(`booking.state.${state.key}`)
  const missing = !b.noticeTime && b.state !== BookingState.REQUESTED && b.maskedNumber !== ''
  const guest = b.guestName || b.maskedNumber || t('dayboard.unknown')
  const size = b.tables > 0 ? t('booking.tables', { count: b.tables }) : b.guests > 0 ? t('booking.guests', { count: b.guests }) : ''
  const together = placesOf(b).length > 1
  return (
    <button type="button" className={`slot taken ${state.key}`} onClick={onOpen} data-booking={b.id} aria-label={[place, t(`meal.${mealKey(b.mealPeriod)}`), guest, b.fileId && 'VIP', size, time, word, missing && t('booking.noNotice')].filter(Boolean).join(' ')}>
      <span className="line"><b>{guest}</b>{b.fileId && <span className="vip">VIP</span>}<span className="time">{time}</span></span>
      <span className="line small"><span className="word">{state.key === 'finished' && <Icon name="check" size={12} />}{state.key === 'requested' && <Icon name="clock" size={12} />}{word}</span><span>{size}</span>{together && <span title={b.places.map((p) => p.name).join(' + ')}>{t('dayboard.together')}</span>}{missing && <span className="text-soon"><Icon name="message" size={12} />{t('booking.noNotice')}</span>}</span>
    </button>
  )
}

// The arrow keys walk over the board; within a cell from booking to booking.
function walk(e: KeyboardEvent<HTMLElement>) {
  const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[e.key]
  const from = (e.target as HTMLElement).closest('td')
  const row = from?.parentElement as HTMLTableRowElement | null
  if (!step || !from || !row) return
  const lines = [...(row.closest('table')?.querySelectorAll<HTMLTableRowElement>('tbody tr:not(.group)') ?? [])]
  const buttons = (cell: Element | undefined) => [...(cell?.querySelectorAll('button') ?? [])]
  const inside = buttons(from)
  const at = inside.indexOf(e.target as HTMLButtonElement) + step[0]!
  if (step[0] !== 0 && inside[at]) {
    e.preventDefault()
    return inside[at].focus()
  }
  for (let y = lines.indexOf(row) + step[0]!, x = from.cellIndex + step[1]!; y >= 0 && y < lines.length && x > 0 && x < row.cells.length; y += step[0]!, x += step[1]!) {
    const there = buttons(lines[y]?.cells[x])
    const next = step[0]! < 0 ? there.at(-1) : there[0]
    if (next) {
      e.preventDefault()
      return next.focus()
    }
  }
}
