import { BookingService } from '@changke/gen/visit/v1/booking_service'
import type { Booking } from '@changke/gen/visit/v1/visit'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Bones, Empty, Failure } from '../ui/parts.tsx'
import { CheckForm } from './CheckForm.tsx'
import { mealKey } from './words.ts'
import './board.css'

/** What of a store was told in person and nobody has checked (VIS-03), newest day first. */
export function useUnchecked(storeId: string, asked: boolean) {
  return useQuery(BookingService.method.listUncheckedNotices, { storeId }, { enabled: asked && storeId !== '' })
}

/** 待核实的当面告知: whoever may says of each what he found. */
export function Unchecked({ storeId, onClose, onChecked, onOpen }: { storeId: string; onClose(): void; onChecked(): void; onOpen(booking: Booking): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { data, error, refetch } = useUnchecked(storeId, true)
  return (
    <Dialog side onClose={onClose} title={t('dayboard.check.list')}>
      <div className="stack">
        <p className="second">{t('dayboard.check.listText')}</p>
        <Failure error={error} onRetry={() => void refetch()} />
        {!data && !error && <Bones rows={3} h={120} />}
        {data?.notices.length === 0 && <Empty icon="check" title={t('dayboard.check.none')} text={t('dayboard.check.noneText')} />}
        <ul className="unchecked">
          {data?.notices.map(({ booking: b, toldByName, mayCheck }) => b && (
            <li key={b.id} className="stack" style={{ gap: 8 }}>
              <button type="button" className="linklike" onClick={() => onOpen(b)}>
                <b>{formatDate(b.businessDate, lang)} {t(`meal.${mealKey(b.mealPeriod)}`)} · {b.places.map((p) => p.name).join(' + ') || t('booking.noRoom')}</b>
              </button>
              <span className="second">{[b.guestName, b.maskedNumber, t('booking.by', { name: b.bookerName })].filter(Boolean).join(' · ')}</span>
              <span>{t('dayboard.check.told', { name: toldByName || b.bookerName, reason: b.noticeReason })}</span>
              {mayCheck ? <CheckForm booking={b} onDone={() => { void refetch(); onChecked() }} /> : <span className="quiet small">{t('dayboard.check.notYours')}</span>}
            </li>
          ))}
        </ul>
        {data && data.total > data.notices.length && <p className="second">{t('dayboard.check.more', { count: data.total - data.notices.length })}</p>}
      </div>
    </Dialog>
  )
}
