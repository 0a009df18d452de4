import { TrialService } from '@changke/gen/ownership/v1/trial_service'
import { TrialState, type Trial } from '@changke/gen/ownership/v1/trial'
import { RuleService } from '@changke/gen/tenant/v1/rule_service'
import { createConnectQueryKey, useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Progress } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import './past.css'

export const going = (trial: Trial) => trial.state === TrialState.QUEUED || trial.state === TrialState.RUNNING

/** 规则试算: the draft of rules tried on the last months, before it takes effect (RUL-04). */
export default function Trials() {
  const { t } = useTranslation()
  const go = useNavigate()
  const href = useHref()
  const client = useQueryClient()
  const [months, setMonths] = useState(3)
  const draft = useQuery(RuleService.method.getRuleDraft, {})
  const list = useInfiniteQuery(TrialService.method.listTrials, { pageSize: 20, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: (q) => q.state.data?.pages.some((page) => page.trials.some(going)) ? 2000 : false })
  const start = useMutation(TrialService.method.startTrial, {
    onSuccess: (res) => {
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TrialService.method.listTrials, cardinality: undefined }) })
      if (res.trial) void go(href(`/trials/${res.trial.id}`))
    },
  })
  const trials = list.data?.pages.flatMap((page) => page.trials)
  const edits = draft.data?.draft?.edits.length ?? 0
  return (
    <div className="page">
      <PageHead title={t('menu.trials')} sub={t('past.trialsLead')} />
      <section className="card past-card">
        {draft.data && edits === 0 && <p>{t('past.noDraft')} <Go to="/rules">{t('past.toRules')}</Go></p>}
        {edits > 0 && <p>{t('past.draft', { count: edits })} <Go to="/rules">{t('past.toRules')}</Go></p>}
        <div className="past-start">
          <label htmlFor="x-months">{t('past.months')}</label>
          <select id="x-months" className="native month" value={months} onChange={(e) => setMonths(Number(e.target.value))}>
            {Array.from({ length: 12 }, (_, i) => <option key={i + 1} value={i + 1}>{t('past.monthCount', { count: i + 1 })}</option>)}
          </select>
          <Button type="primary" disabled={edits === 0} loading={start.isPending} onClick={() => start.mutate({ months })}>{t('past.start')}</Button>
        </div>
        <Failure error={start.error} onClose={() => start.reset()} />
      </section>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!trials && !list.error && <Bones rows={3} h={84} />}
      {trials?.length === 0 && <div className="card"><Empty icon="rules" title={t('past.noTrials')} text={t('past.noTrialsText')} /></div>}
      {trials && trials.length > 0 && <ul className="past-list" aria-label={t('menu.trials')}>{trials.map((trial) => <Line key={trial.id} trial={trial} />)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

function Line({ trial }: { trial: Trial }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  return (
    <li className="card past-card">
      <Go className="past-head" to={`/trials/${trial.id}`}>
        <b>{t('past.trialOf', { from: formatDate(trial.fromDate, lang), to: formatDate(trial.toDate, lang) })}</b>
        <TrialMark trial={trial} />
      </Go>
      <p className="quiet">{trial.createdByName} · {trial.createTime && formatTime(trial.createTime, lang, zone)} · {t('past.differing', { count: Number(trial.differing) })}</p>
      {going(trial) && <TrialProgress trial={trial} />}
    </li>
  )
}

/** Where a trial stands, as a chip. */
export function TrialMark({ trial }: { trial: Trial }) {
  const { t } = useTranslation()
  switch (trial.state) {
    case TrialState.DONE: return <Chip tone="done">{t('past.states.done')}</Chip>
    case TrialState.CANCELLED: return <Chip>{t('past.states.cancelled')}</Chip>
    case TrialState.FAILED: return <Chip tone="late">{t('past.states.failed')}</Chip>
    default: return <Chip tone="accent">{t('past.states.running')}</Chip>
  }
}

/** How far a trial has come. */
export function TrialProgress({ trial }: { trial: Trial }) {
  const { t } = useTranslation()
  const percent = trial.files > 0n ? Math.floor(Number((trial.tried * 100n) / trial.files)) : 0
  return <Progress percent={percent} status="active" aria-label={t('past.progress')} />
}
