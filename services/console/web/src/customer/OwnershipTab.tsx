import { OwnershipService } from '@changke/gen/ownership/v1/ownership_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useCan, useMe, useRight } from '../app/me.tsx'
import { WhyCard } from '../ownership/WhyCard.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Bones, Chip, Empty, Failure, Go } from '../ui/parts.tsx'

/** 归属: how it stands today and why, every decision with its evidence, and whose he was. */
export function OwnershipTab({ fileId, storeId, ownerId }: { fileId: string; storeId: string; ownerId: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const writes = useRight('handover.write')
  const me = useMe()
  const mayPass = ownerId !== '' && writes && (writes.tenantWide || writes.storeIds.includes(storeId) || ownerId === me.person?.id)
  const { data, error, refetch } = useQuery(OwnershipService.method.explainOwnership, { fileId })
  // Who lost the guest may contest it from the card that says why.
  const mayAppeal = useCan('appeal.read')
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Bones rows={3} h={110} />
  return (
    <div className="halves">
      <div className="stack">
        {data.sentence && (
          <article className="card why now" data-testid="standing">
            <header><Chip tone="accent">{t('why.today')}</Chip></header>
            <p>{said(data.sentence, data.sentenceEn)}</p>
            {data.evidence.length > 0 && <dl>
              {data.evidence.map((e) => (
                <div key={e.label} style={{ display: 'contents' }}><dt>{said(e.label, e.labelEn)}</dt><dd>{said(e.value, e.valueEn)}</dd></div>
              ))}
            </dl>}
          </article>
        )}
        {mayPass && <Go to={`/handovers/new?giver=${ownerId}&at=${storeId}&file=${fileId}`} className="go-quiet">{t('handover.startFor')}</Go>}
        {data.warnings.length > 0 && (
          <article className="card why warned" data-testid="warnings">
            <header><Chip tone="soon">{t('why.warnings')}</Chip></header>
            <ul className="warnings">
              {data.warnings.map((w) => <li key={`${w.rule} ${w.warnedDate}`}><p>{said(w.sentence, w.sentenceEn)}</p><small className="quiet">{w.warnedDate ? t('why.warnedOn', { date: formatDate(w.warnedDate, lang) }) : t('why.warnNow', { date: formatDate(w.actsDate, lang) })} · <span className="nowrap">{w.rule} {t('why.version', { version: w.ruleVersion })}</span></small></li>)}
            </ul>
          </article>
        )}
        <h2>{t('why.decisions')}</h2>
        {data.decisions.length === 0 && <div className="card"><Empty icon="leaf" title={t('why.none')} text={t('why.noneText')} /></div>}
        {data.decisions.map((decision) => <WhyCard key={decision.id} decision={decision}>{mayAppeal && decision.appealUntilDate && <p className="why-appeal"><span className="second">{t('appeal.until', { date: formatDate(decision.appealUntilDate, lang) })}</span> <Go to={`/appeals?show=losses&raise=${decision.id}`}>{t('appeal.raiseHere')}</Go></p>}</WhyCard>)}
      </div>
      <section className="card">
        <div className="card-head"><h2>{t('why.ties')}</h2></div>
        {data.ties.length === 0 && <Empty icon="people" title={t('why.noTies')} text={t('why.noTiesText')} />}
        <ol className="ties">
          {data.ties.map((tie) => (
            <li key={tie.id} className={tie.endDate ? undefined : 'holds'}>
              <b>{tie.referrerName}</b>
              <span className="quiet">{t(`why.origins.${originOf(tie.origin)}`)}</span>
              <span className="second small" style={{ width: '100%' }}>
                {formatDate(tie.resumedDate || tie.startDate, lang)} – {tie.endDate ? formatDate(tie.endDate, lang) : t('why.holds')}
                {tie.resumedDate && <><br />{t(tie.origin === 'appeal' ? 'why.restored' : tie.origin === 'unmerge' ? 'why.since' : 'why.resumed', { date: formatDate(tie.startDate, lang) })}</>}
                {tie.formerDate && <><br />{t('why.former', { date: formatDate(tie.formerDate, lang) })}</>}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  )
}

const origins = ['approval', 'import', 'conflict', 'adoption', 'claim', 'assignment', 'handover', 'appeal', 'correction', 'merge', 'unmerge'] as const
const originOf = (origin: string) => origins.find((o) => o === origin) ?? 'approval'
