import { timestampMs } from '@bufbuild/protobuf/wkt'
import { RevisionCause, type ReviewItem } from '@changke/gen/customer/v1/customer'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, TimeLeft } from '../ui/parts.tsx'
import { useTurnNames } from './Turn.tsx'
import { causeOf } from './words.ts'

const far = 96

interface Props {
  item: ReviewItem
  current: boolean
  picked: boolean
  onPick(picked: boolean): void
  onOpen(): void
  onApprove(): void
}

/** A file in the queue. On the phone a swipe to the right approves it, one to the left opens it; the buttons do the same. */
export function QueueRow({ item, current, picked, onPick, onOpen, onApprove }: Props) {
  const { t } = useTranslation()
  const phone = usePhone()
  const { stores, nameOf } = useStores()
  const namesOf = useTurnNames()
  const from = useRef<{ x: number; y: number } | null>(null)
  const [drawn, setDrawn] = useState(0)
  const may = item.decidable && !item.fields?.nameInsisted && !item.staffMatch
  const end = () => {
    if (drawn >= far && may) onApprove()
    else if (drawn <= -far) onOpen()
    from.current = null
    setDrawn(0)
  }
  return (
    <li className="queue-row">
      {drawn > 0 && <span className="behind yes" aria-hidden="true"><Icon name="check" size={18} />{t(may ? 'review.approve' : 'change.lookFirst')}</span>}
      {drawn < 0 && <span className="behind no" aria-hidden="true">{t('change.open')}<Icon name="right" size={18} /></span>}
      <div
        className="face-row"
        style={drawn ? { transform: `translateX(${drawn}px)` } : undefined}
        onTouchStart={phone ? (e) => { const p = e.touches[0]; from.current = p ? { x: p.clientX, y: p.clientY } : null } : undefined}
        onTouchMove={phone ? (e) => {
          const p = e.touches[0]
          if (!p || !from.current) return
          const x = p.clientX - from.current.x
          if (Math.abs(p.clientY - from.current.y) > Math.abs(x) && !drawn) return
          setDrawn(Math.max(-140, Math.min(140, x)))
        } : undefined}
        onTouchEnd={phone ? end : undefined}
        onTouchCancel={phone ? () => { from.current = null; setDrawn(0) } : undefined}
      >
        {item.decidable && <label className="pick"><input type="checkbox" checked={picked} onChange={(e) => onPick(e.target.checked)} aria-label={t('change.pick', { name: item.row?.name })} /></label>}
        <button type="button" aria-current={current ? 'true' : undefined} onClick={onOpen}>
          <span className="grow">
            <b>{item.row?.name}</b>
            <small>{[item.writerName, stores.length > 1 && nameOf(item.row?.storeId ?? '')].filter(Boolean).join(' · ')}</small>
          </span>
          <span className="states">
            {item.cause > RevisionCause.NEW && <Chip tone="accent">{t(`change.causes.${causeOf(item.cause)}`)}</Chip>}
            {!item.decidable && <Chip>{t('review.own')}</Chip>}
            {item.turn?.escalated && <Chip tone="soon" title={t('turn.escalated', { names: namesOf(item.turn) })}>{t('turn.short', { names: namesOf(item.turn) })}</Chip>}
            {item.dueTime && <TimeLeft due={timestampMs(item.dueTime)} short={phone} />}
          </span>
        </button>
      </div>
    </li>
  )
}
