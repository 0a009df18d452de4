import { timestampMs } from '@bufbuild/protobuf/wkt'
import { DeletionState, type DeletionRequest } from '@changke/gen/customer/v1/deletion'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip, Go, TimeLeft } from '../ui/parts.tsx'
import { stateOf, useGround } from './deletions.ts'
import { Turn } from './Turn.tsx'

/** One request: the guest, why, and what speaks for or against it; how it ended. */
export function DeletionItem({ request: r, children }: { request: DeletionRequest; children?: ReactNode }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const ground = useGround()
  const { zone } = useStores()
  const look = stateOf(r.state)
  const pending = r.state === DeletionState.PENDING
  const gone = r.state === DeletionState.DONE
  return (
    <article className="card card-body change-card" aria-label={r.guestName || t('deletion.gone')}>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <span className="row">{gone || !r.guestName ? <b className="quiet">{t('deletion.gone')}</b> : <Go to={`/customers/${r.fileId}?tab=visits`}><b>{r.guestName}</b></Go>}<span className="mono quiet">{r.maskedNumber}</span><span className="quiet">{r.storeName}</span></span>
        {pending && r.dueTime ? <TimeLeft due={timestampMs(r.dueTime)} /> : <Chip tone={look.tone}>{t(`deletion.states.${look.key}`)}</Chip>}
      </div>
      <p><Chip tone="accent">{ground(r.ground)}</Chip> {r.reason}</p>
      {!gone && r.guestName && (
        <dl className="evidence">
          <div><dt>{t('deletion.owner')}</dt><dd>{r.ownerName || t('deletion.nobody')}</dd></div>
          <div><dt>{t('deletion.visits')}</dt><dd>{r.visits}</dd></div>
          <div><dt>{t('deletion.last')}</dt><dd>{formatDate(r.lastVisitDate, lang) || t('deletion.never')}</dd></div>
        </dl>
      )}
      <p className="second small">{t('deletion.by', { name: r.askedName, time: formatTime(r.askTime, lang, zone) })}{r.decidedName && ` · ${t('deletion.decidedBy', { name: r.decidedName, time: formatTime(r.decideTime, lang, zone) })}`}</p>
      {r.refusal && <p className="text-late">{t('deletion.refusedBecause', { name: r.decidedName, reason: r.refusal })}</p>}
      {pending && r.turn && <Turn turn={r.turn} />}
      {children}
    </article>
  )
}
