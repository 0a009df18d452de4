import { BookingKind, type Booking, type MealPeriod, type Resource } from '@changke/gen/visit/v1/visit'
import { useTranslation } from 'react-i18next'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Wrong } from '../ui/parts.tsx'
import { freeOf, inUse } from './board.ts'

interface Props {
  id: string
  places: Resource[]
  /** What is booked on the day, to know what is taken. */
  bookings: Booking[]
  date: string
  meal: MealPeriod
  /** The booking that moves: what it holds itself is free for it. */
  but?: string
  picked: string[]
  onPick(ids: string[]): void
}

/** One place, or several of one kind put together; what is taken can't be chosen. */
export function PlacePicker({ id, places, bookings, date, meal, but, picked, onPick }: Props) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const usable = places.filter((r) => inUse(r, date))
  const first = usable.find((r) => r.id === picked[0])
  const choices = usable.filter((r) => !picked.includes(r.id) && (!first || (r.kind === first.kind && r.kind !== BookingKind.BANQUET)))
  const gone = usable.filter((r) => picked.includes(r.id) && freeOf(r, meal, bookings, but) === 0)
  const option = (r: Resource) => {
    const free = freeOf(r, meal, bookings, but)
    const note = free === 0 ? t('booking.taken') : r.kind === BookingKind.BANQUET ? t('dayboard.tablesLeft', { count: free }) : ''
    return <option key={r.id} value={r.id} disabled={free === 0}>{[r.name, t('booking.seats', { count: r.capacity }), note].filter(Boolean).join(' · ')}</option>
  }
  return (
    <>
      <select className="native" id={id} value={picked[0] ?? ''} onChange={(e) => onPick(e.target.value ? [e.target.value] : [])}>
        <option value="">{t('booking.placeLater')}</option>
        {usable.map(option)}
      </select>
      <Wrong text={gone.length > 0 ? t('dayboard.isTaken', { place: joinWords(gone.map((r) => r.name), lang) }) : ''} />
      {first && first.kind !== BookingKind.BANQUET && choices.length > 0 && (
        <div className="picked-places">
          {picked.slice(1).map((p) => {
            const name = usable.find((r) => r.id === p)?.name ?? ''
            return <button type="button" className="native picked" style={{ width: 'auto' }} key={p} onClick={() => onPick(picked.filter((x) => x !== p))} aria-label={t('dayboard.apart', { name })}>{name} <Icon name="cross" size={14} /></button>
          })}
          <select className="native" style={{ width: 'auto' }} value="" onChange={(e) => e.target.value && onPick([...picked, e.target.value])} aria-label={t('dayboard.addPlace')}>
            <option value="">{t('dayboard.addPlace')}</option>
            {choices.map(option)}
          </select>
        </div>
      )}
    </>
  )
}
