import { StoreMoveFate, type StoreMoveBooking, type StoreMoveDetail, type StoreMoveOwner } from '@changke/gen/handover/v1/store_move_service'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Go } from '../ui/parts.tsx'
import { mealKey } from '../visit/words.ts'
import { blockKey, fateLook } from './words.ts'

const kinds = ['owned', 'public', 'drafts', 'reviews', 'offers', 'appeals', 'conflicts', 'handovers', 'custodies', 'people', 'twins', 'bookings'] as const

/** What the end of a store moves: counts by kind; zeros are quiet. */
export function Inventory({ detail: d }: { detail: StoreMoveDetail }) {
  const { t } = useTranslation()
  return (
    <section className="card">
      <div className="card-head"><h2>{t('storeMove.what.title')}</h2></div>
      <dl className="move-counts">
        {kinds.map((k) => <div key={k} className={d.inventory?.[k] ? '' : 'zero'}><dt>{t(`storeMove.what.${k}`)}</dt><dd>{d.inventory?.[k] ?? 0}</dd></div>)}
      </dl>
      {(d.inventory?.twins ?? 0) > 0 && <p className="case-note">{t('storeMove.twinsText')}</p>}
    </section>
  )
}

/** What stands in the way, red, or that nothing does. */
export function Blocks({ detail: d }: { detail: StoreMoveDetail }) {
  const { t } = useTranslation()
  return (
    <section className="card" aria-label={t('storeMove.blocks.title')}>
      <div className="card-head"><h2>{t('storeMove.blocks.title')}</h2></div>
      {d.blocks.length === 0
        ? <p className="case-note move-clear"><Icon name="check" size={16} /> {t('storeMove.blocks.none')}</p>
        : <ul className="move-blocks">{d.blocks.map((b) => <li key={b.reason}><Icon name="alert" size={16} /> {t(`storeMove.blocks.${blockKey[b.reason]}`, { count: b.count })}</li>)}</ul>}
    </section>
  )
}

/** Referrers and where their guests go; `edit` draws what may be changed. */
export function Owners({ detail: d, edit }: { detail: StoreMoveDetail; edit?: ((o: StoreMoveOwner) => ReactNode) | undefined }) {
  const { t } = useTranslation()
  const { nameOf } = useStores()
  return (
    <section className="card">
      <div className="card-head"><h2>{t('storeMove.who.title')}</h2></div>
      {d.owners.length === 0 && <p className="case-note">{t('storeMove.who.none')}</p>}
      <ul className="move-owners" aria-label={t('storeMove.who.title')}>
        {d.owners.map((o) => (
          <li key={o.person?.id}>
            <span className="who"><b>{o.person?.name}</b> <span className="mono quiet">{o.person?.staffNo}</span> <span className="quiet" lang="zh-CN">{o.person?.position}</span>{o.person?.leftDate && <Chip>{t('storeMove.who.left')}</Chip>}</span>
            <span className="many">{t('storeMove.who.files', { count: o.files })}{o.held > 0 && <small> · {t('storeMove.who.held', { count: o.held })}</small>}</span>
            <span className="goes">
              {edit?.(o) ?? (o.missing
                ? <Chip tone="late">{t('storeMove.who.missing')}</Chip>
                : <>{t('storeMove.who.to', { store: nameOf(o.toStoreId), name: o.receiver?.id === o.person?.id ? t('storeMove.who.along') : o.receiver?.name })}</>)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Bookings to come and what becomes of each; those that need somebody stand out. */
export function Bookings({ detail: d }: { detail: StoreMoveDetail }) {
  const { t } = useTranslation()
  const i = d.inventory
  if (!i || i.bookings === 0) return null
  const closes = d.bookings.some((b) => b.fate === StoreMoveFate.CALLED_OFF)
  return (
    <section className="card" aria-label={t('storeMove.book.title')}>
      <div className="card-head"><h2>{t('storeMove.book.title')}</h2></div>
      <p className="case-note">{t(closes ? 'storeMove.book.closes' : 'storeMove.book.merges')}{i.unplaced > 0 && ` ${t('storeMove.book.unplaced', { count: i.unplaced })}`}{i.untold > 0 && ` ${t('storeMove.book.untold', { count: i.untold })}`}</p>
      <ul className="move-bookings" aria-label={t('storeMove.book.title')}>{d.bookings.map((b) => <Booking key={b.id} booking={b} store={d.move?.plan?.storeId ?? ''} />)}</ul>
      {i.bookings > d.bookings.length && <p className="case-note">{t('storeMove.book.more', { count: i.bookings - d.bookings.length })}</p>}
    </section>
  )
}

function Booking({ booking: b, store }: { booking: StoreMoveBooking; store: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const look = fateLook[b.fate]
  const places = joinWords(b.places, lang)
  return (
    <li>
      <Go to={`/bookings?store=${store}&date=${b.date}`}>
        <span className="what">
          <b>{formatDate(b.date, lang)} {t(`meal.${mealKey(b.mealPeriod)}`)}</b>
          <small>{[b.guest, b.guests > 0 && t('storeMove.book.guests', { count: b.guests }), t('storeMove.book.by', { name: b.bookerName })].filter(Boolean).join(' · ')}</small>
        </span>
        <span className="goes">{b.fate === StoreMoveFate.PLACED ? t('storeMove.fromTo', { from: places, to: joinWords(b.toPlaces, lang) }) : places}</span>
        <span className="marks"><Chip tone={look.tone}>{t(`storeMove.fates.${look.key}`)}</Chip>{!b.told && <Chip tone="soon">{t('storeMove.book.tell')}</Chip>}</span>
        <Icon name="right" size={16} />
      </Go>
    </li>
  )
}
