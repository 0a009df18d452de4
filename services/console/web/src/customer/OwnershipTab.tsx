import { OwnershipService } from '@changke/gen/ownership/v1/ownership_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useMe, useRight } from '../app/me.tsx'
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
        <h2>{t('why.decisions')}</h2>
        {data.decisions.length === 0 && <div className="card"><Empty icon="leaf" title={t('why.none')} text={t('why.noneText')} /></div>}
        {data.decisions.map((decision) => <WhyCard key={decision.id} decision={decision} />)}
      </div>
      <section className="card">
        <div className="card-head"><h2>{t('why.ties')}</h2></div>
        {data.ties.length === 0 && <Empty icon="people" title={t('why.noTies')} text={t('why.noTiesText')} />}
        <ol className="ties">
          {data.ties.map((tie) => (
            <li key={tie.id} className={tie.endDate ? undefined : 'holds'}>
              <b>{tie.referrerName}</b>
              <span className="quiet">{t(tie.origin === 'import' ? 'why.originImport' : tie.origin === 'handover' ? 'why.originHandover' : 'why.originApproval')}</span>
              <span className="second small" style={{ width: '100%' }}>
                {formatDate(tie.resumedDate || tie.startDate, lang)} – {tie.endDate ? formatDate(tie.endDate, lang) : t('why.holds')}
                {tie.resumedDate && <><br />{t('why.resumed', { date: formatDate(tie.startDate, lang) })}</>}
                {tie.formerDate && <><br />{t('why.former', { date: formatDate(tie.formerDate, lang) })}</>}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  )
}
