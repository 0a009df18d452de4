import { OwnershipService } from '@changke/gen/ownership/v1/ownership_service'
import { RunState } from '@changke/gen/ownership/v1/ownership'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useMay, useStores } from '../app/me.tsx'
import { formatCount, formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bone, Bones, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { Failed, RunChip } from './Runs.tsx'
import { WhyCard } from './WhyCard.tsx'
import { ruleName, took } from './words.ts'
import './runs.css'

/** One run: what it saw, and each of its decisions with the reason. */
export default function RunPage() {
  const { id = '' } = useParams()
  const { t } = useTranslation()
  const lang = useLanguage()
  const { storeId, zone } = useStores()
  const runs = useQuery(OwnershipService.method.listRuns, { runId: id }, { refetchInterval: (q) => (q.state.data?.runs.some((r) => r.state === RunState.RUNNING) ? 5_000 : false) })
  const run = runs.data?.runs[0]
  const list = useInfiniteQuery(OwnershipService.method.listDecisions, { runId: id, storeId, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const decisions = list.data?.pages.flatMap((page) => page.decisions)
  return (
    <div className="page">
      <Go to="/runs" className="back"><Icon name="left" size={16} />{t('menu.runs')}</Go>
      <PageHead title={run ? (ruleName(t, run.kind) === run.kind ? run.label : ruleName(t, run.kind)) : t('run.one')} sub={run && `${formatDate(run.periodDate, lang)} · ${run.kind}`}>{run && <RunChip run={run} />}</PageHead>
      <Failure error={runs.error} onRetry={() => void runs.refetch()} />
      {!runs.data && !runs.error && <Bone h={132} />}
      {run && (
        <section className="card pad">
          <dl className="facts">
            {run.examined > 0n && <div><dt>{t('run.examined')}</dt><dd>{formatCount(run.examined)}</dd></div>}
            <div><dt>{t('run.decided')}</dt><dd>{run.wholeChain ? `${t('run.wholeChain')} · ${t('run.notByStore')}` : formatCount(run.decided)}</dd></div>
            <div><dt>{t('run.aside')}</dt><dd>{formatCount(run.setAside)}</dd></div>
            <div><dt>{t('run.version')}</dt><dd>{run.ruleVersion}</dd></div>
            <div><dt>{t('run.cutOff')}</dt><dd>{formatTime(run.cutOffTime, lang, zone)}</dd></div>
            <div><dt>{t('run.chunks')}</dt><dd>{run.chunksDone}/{run.chunks}</dd></div>
            <div><dt>{t('run.took')}</dt><dd>{took(t, run) || '—'}</dd></div>
            <div><dt>{t('run.ended')}</dt><dd>{formatTime(run.endTime, lang, zone) || '—'}</dd></div>
          </dl>
        </section>
      )}
      {run?.state === RunState.FAILED && <Failed run={run} />}
      <h2>{t('run.decisions')}</h2>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!decisions && !list.error && <Bones rows={4} h={110} />}
      {decisions?.length === 0 && <div className="card">{run && run.decided > 0n && made[run.kind] ? <Made kind={run.kind} /> : run && run.decided > 0n ? <Empty title={t('run.noneHere')} text={t('run.noneHereText')} /> : <Empty title={t('run.noDecisions')} text={t('run.noDecisionsText')} />}</div>}
      <div className="why-grid">{decisions?.map((decision) => <WhyCard key={decision.id} decision={decision} linked />)}</div>
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

// What a run makes that is no decision, and the page it stands on.
const made: Record<string, { word: 'corrections' | 'scores'; to: string; needs: 'correction.read' | 'score.read' }> = {
  'RUL-09': { word: 'corrections', to: '/corrections', needs: 'correction.read' },
  'QTA-04': { word: 'scores', to: '/scores', needs: 'score.read' },
}

function Made({ kind }: { kind: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const what = made[kind]
  if (!what) return null
  return <Empty icon="run" title={t(`run.made.${what.word}`)} text={t(`run.made.${what.word}Text`)}>{may(what.needs) && <Go to={what.to}>{t(`menu.${what.word}`)}</Go>}</Empty>
}
