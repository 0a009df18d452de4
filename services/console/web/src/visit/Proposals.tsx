import type { BillProposal, BillRecord } from '@changke/gen/visit/v1/bill_desk_service'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { Chip } from '../ui/parts.tsx'
import { LinkDialog } from './LinkDialog.tsx'
import { bookingState } from './words.ts'

/** The bookings that a bill may belong to, with the acts that settle it. */
export function Proposals({ bill, proposals, none = true, onDone, onClose }: { bill: BillRecord; proposals: BillProposal[]; none?: boolean; onDone(linked: boolean): void; onClose?: () => void }) {
  const { t } = useTranslation()
  const may = useCan('bill.link')
  const [asked, setAsked] = useState<{ to: BillProposal | undefined }>()
  return (
    <>
      {proposals.length === 0 && <p className="quiet small">{t('bill.noProposals')}</p>}
      {proposals.length > 0 && (
        <ul className="proposals" aria-label={t('bill.proposals')}>
          {proposals.map((p) => (
            <li key={p.bookingId}>
              <div className="grow">
                <b>{p.places || t('booking.noRoom')}</b> <span className="mono second">{p.maskedNumber}</span> {p.sameNumber && <Chip tone="accent">{t('bill.sameNumber')}</Chip>} {p.sameTable && <Chip tone="accent">{t('bill.sameTable')}</Chip>} {p.bookingId === bill.bookingId && <Chip tone="done">{t('bill.linked')}</Chip>}
                <small className="quiet">{[p.seatedTime && t('booking.times.seated', { time: p.seatedTime }), t(`booking.state.${bookingState(p.state).key}`), t('booking.by', { name: p.bookerName }), p.ref].filter(Boolean).join(' · ')}</small>
              </div>
              {may && p.bookingId !== bill.bookingId && <Button onClick={() => setAsked({ to: p })}>{t('bill.link')}</Button>}
            </li>
          ))}
        </ul>
      )}
      {may && (none || onClose) && <div className="actions">{none && <Button type="text" onClick={() => setAsked({ to: undefined })}>{t('bill.linkNone')}</Button>}{onClose && <Button onClick={onClose}>{t('bill.asItIs')}</Button>}</div>}
      {asked && <LinkDialog bill={bill} to={asked.to} onDone={() => { setAsked(undefined); onDone(asked.to !== undefined) }} onClose={() => setAsked(undefined)} />}
    </>
  )
}
