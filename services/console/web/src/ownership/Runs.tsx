import { OwnershipService } from '@changke/gen/ownership/v1/ownership_service'
import { RunState, type Run } from '@changke/gen/ownership/v1/ownership'
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useCan } from '../app/me.tsx'
import { formatCount, formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Empty, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { Brakes, useBrakesKnown } from './Brakes.tsx'
import { useWaits, Waits } from './Waits.tsx'
import { ruleName, took } from './words.ts'
import './runs.css'

/** 任务: runs by the day they are for, what each looked at and decided, and what stands still. */
export default function Runs() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const [params] = useSearchParams()
  const notableOnly = params.get('show') !== 'all'
  const list = useInfiniteQuery(OwnershipService.method.listRuns, { pageSize: 50, pageToken: '', notableOnly }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 30_000 })
  const [flash, mark] = useFlash()
  const waitsKnown = useWaits().known
  const known = useBrakesKnown() && waitsKnown
  const runs = known ? list.data?.pages.flatMap((page) => page.runs) : undefined
  const days = [...new Set(runs?.map((run) => run.periodDate))]
  return (
    <div className="page">
      <PageHead title={t('menu.runs')} sub={t('run.lead')}>{flash}</PageHead>
      <Waits />
      <Brakes />
      {known && <Choices param="show" look="segments" label={t('run.show')} values={[{ value: 'notable', label: t('run.notable') }, { value: 'all', label: t('run.all') }]} />}
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!runs && !list.error && <Bones rows={6} h={64} />}
      {runs?.length === 0 && <div className="card"><Empty icon="run" title={t('run.empty')} text={t('run.emptyText')} /></div>}
      {days.map((day) => (
        <section key={day} className="runs">
          <h2>{formatDate(day, lang)}</h2>
          <ul className="card">{runs?.filter((run) => run.periodDate === day).map((run) => <RunLine key={run.id} run={run} onRetried={() => mark(t('run.restarted'))} />)}</ul>
        </section>
      ))}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

function RunLine({ run, onRetried }: { run: Run; onRetried(): void }) {
  const { t } = useTranslation()
  return (
    <li>
      <Go to={`/runs/${run.id}`} className="run">
        <span className="grow"><b>{ruleName(t, run.kind) === run.kind ? run.label : ruleName(t, run.kind)}</b><small className="mono">{[run.kind, t('why.version', { version: run.ruleVersion }), took(t, run)].filter(Boolean).join(' · ')}</small></span>
        {run.examined > 0n && <span className="figure"><b>{formatCount(run.examined)}</b><small>{t('run.examined')}</small></span>}
        <span className="figure">{run.wholeChain ? <b className="quiet">{t('run.wholeChain')}</b> : <b className={run.decided > 0n ? 'strong' : 'quiet'}>{formatCount(run.decided)}</b>}<small>{t(run.wholeChain ? 'run.notByStore' : 'run.decided')}</small></span>
        <RunChip run={run} />
        <Icon name="right" size={16} />
      </Go>
      {run.setAside > 0n && <p className="aside text-soon small"><Icon name="alert" size={14} /> {t('run.setAside', { count: Number(run.setAside) })}</p>}
      {run.state === RunState.FAILED && <Failed run={run} onRetried={onRetried} />}
    </li>
  )
}

/** State of a run. */
export function RunChip({ run }: { run: Run }) {
  const { t } = useTranslation()
  if (run.state === RunState.FAILED) return <Chip tone="late">{t('run.failed')}</Chip>
  if (run.state === RunState.DONE) return <Chip tone="done">{t('run.done')}</Chip>
  return <Chip tone="accent">{t('run.running', { done: run.chunksDone, all: run.chunks })}</Chip>
}

/** Why a run stands still, and the way to start it again where it stands. */
export function Failed({ run, onRetried }: { run: Run; onRetried?(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayRetry = useCan('run.retry')
  const retry = useMutation(OwnershipService.method.retryRun, {
    onSuccess: () => {
      onRetried?.()
      return client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: OwnershipService.method.listRuns, cardinality: undefined }) })
    },
  })
  return (
    <div className="run-failed">
      <div className="failure">
        <Icon name="alert" />
        <div>
          <strong>{t('run.standsStill')}</strong>
          <p className="mono">{run.error}</p>
          <p>{t('run.failedText')}</p>
        </div>
        {mayRetry && <Button loading={retry.isPending} onClick={() => retry.mutate({ id: run.id })}>{t('run.retry')}</Button>}
      </div>
      <Failure error={retry.error} onClose={() => retry.reset()} />
    </div>
  )
}
