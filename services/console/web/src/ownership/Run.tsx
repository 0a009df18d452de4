import { OwnershipService } from '@changke/gen/ownership/v1/ownership_service'
import { RunState } from '@changke/gen/ownership/v1/ownership'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { formatCount, formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { Failed, RunChip } from './Runs.tsx'
import { WhyCard } from './WhyCard.tsx'
import { ruleName } from './words.ts'
import './runs.css'

/** One run: what it saw, and each of its decisions with the reason. */
export default function RunPage() {
  const { id = '' } = useParams()
  const { t } = useTranslation()
  const lang = useLanguage()
  const { storeId, zone } = useStores()
  // Runs have no call of their own; the list with all of them holds this one near its head.
  const runs = useInfiniteQuery(OwnershipService.method.listRuns, { pageSize: 100, pageToken: '', notableOnly: false }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const run = runs.data?.pages.flatMap((page) => page.runs).find((r) => r.id === id)
  const list = useInfiniteQuery(OwnershipService.method.listDecisions, { runId: id, storeId, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const decisions = list.data?.pages.flatMap((page) => page.decisions)
  return (
    <div className="page">
      <Go to="/runs" className="back"><Icon name="left" size={16} />{t('menu.runs')}</Go>
      <PageHead title={run ? (ruleName(t, run.kind) === run.kind ? run.label : ruleName(t, run.kind)) : t('run.one')} sub={run && `${formatDate(run.periodDate, lang)} · ${run.kind}`}>{run && <RunChip run={run} />}</PageHead>
      {run && (
        <section className="card pad">
          <dl className="facts">
            {run.examined > 0n && <div><dt>{t('run.examined')}</dt><dd>{formatCount(run.examined)}</dd></div>}
            <div><dt>{t('run.decided')}</dt><dd>{formatCount(run.decided)}</dd></div>
            <div><dt>{t('run.aside')}</dt><dd>{formatCount(run.setAside)}</dd></div>
            <div><dt>{t('run.version')}</dt><dd>{run.ruleVersion}</dd></div>
            <div><dt>{t('run.cutOff')}</dt><dd>{formatTime(run.cutOffTime, lang, zone)}</dd></div>
            <div><dt>{t('run.ended')}</dt><dd>{formatTime(run.endTime, lang, zone) || '—'}</dd></div>
          </dl>
        </section>
      )}
      {run?.state === RunState.FAILED && <Failed run={run} />}
      <h2>{t('run.decisions')}</h2>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!decisions && !list.error && <Bones rows={4} h={110} />}
      {decisions?.length === 0 && <div className="card">{run && run.decided > 0n ? <Empty title={t('run.noneHere')} text={t('run.noneHereText')} /> : <Empty title={t('run.noDecisions')} text={t('run.noDecisionsText')} />}</div>}
      <div className="why-grid">{decisions?.map((decision) => <WhyCard key={decision.id} decision={decision} linked />)}</div>
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}
