import { type StoreMoveDetail, type StoreMoveOwner } from '@changke/gen/handover/v1/store_move_service'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Chip } from '../ui/parts.tsx'
import { blockKey } from './words.ts'

const kinds = ['owned', 'public', 'drafts', 'reviews', 'offers', 'appeals', 'conflicts', 'handovers', 'custodies', 'people', 'twins'] as const

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
