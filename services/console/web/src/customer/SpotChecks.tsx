import { SpotCheckService } from '@changke/gen/customer/v1/spot_check_service'
import { SpotCheckResult } from '@changke/gen/customer/v1/customer'
import type { SpotCheck, SpotCheckRate } from '@changke/gen/customer/v1/revision'
import { createConnectQueryKey, useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { formatDate, formatMonth, formatTime, labelled } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Empty, Failure, Go, PageHead, useFlash, type Tone } from '../ui/parts.tsx'
import { SpotCheckDialog } from './SpotCheckDialog.tsx'
import './reviews.css'

const looks: Record<SpotCheckResult, { word: 'open' | 'fine' | 'finding' | 'notReal'; tone: Tone }> = {
  [SpotCheckResult.UNSPECIFIED]: { word: 'open', tone: 'soon' },
  [SpotCheckResult.FINE]: { word: 'fine', tone: 'done' },
  [SpotCheckResult.FINDING]: { word: 'finding', tone: 'late' },
  [SpotCheckResult.NOT_REAL]: { word: 'notReal', tone: 'late' },
}

/** 抽查: the files drawn for a month, what was found, and how often per referrer and reviewer (CUS-04). */
export default function SpotChecks() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const { storeId, zone, nameOf } = useStores()
  const [params, setParams] = useSearchParams()
  const [flash, mark] = useFlash()
  const [at, setAt] = useState<SpotCheck>()
  const { data, error, refetch } = useQuery(SpotCheckService.method.listSpotCheckMonths, {})
  const run = data?.months.find((m) => m.month === params.get('month')) ?? data?.months[0]
  const month = run?.month ?? ''
  const list = useInfiniteQuery(
    SpotCheckService.method.listSpotChecks,
    { month, storeId, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, enabled: Boolean(month) },
  )
  const rates = useQuery(SpotCheckService.method.getSpotCheckRates, { fromMonth: month, toMonth: month, storeId }, { enabled: Boolean(month) })
  const rows = list.data?.pages.flatMap((page) => page.checks)
  const done = () => {
    setAt(undefined)
    mark(t('change.recorded'))
    void refetch()
    void rates.refetch()
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: SpotCheckService.method.listSpotChecks, cardinality: 'infinite' }) })
  }
  return (
    <div className="page">
      <PageHead title={t('menu.spotChecks')} sub={run ? t('change.drawn', { drawn: run.drawn, checked: run.checked, found: run.found }) : undefined}>{flash}</PageHead>
      <Failure error={error ?? list.error} onRetry={() => { void refetch(); void list.refetch() }} />
      {!data && !error && <Bones rows={4} h={80} />}
      {data?.months.length === 0 && <div className="card"><Empty icon="review" title={t('change.noDraw')} text={t('change.noDrawText')} /></div>}
      {run && (
        <>
          <div className="row">
            <label htmlFor="month">{t('change.month')}</label>
            <select id="month" className="native short" value={month} onChange={(e) => setParams((old) => { const next = new URLSearchParams(old); next.set('month', e.target.value); return next }, { replace: true })}>
              {data?.months.map((m) => <option key={m.month} value={m.month}>{formatMonth(m.month, lang)}</option>)}
            </select>
            <details className="seed"><summary>{t('change.howDrawn')}</summary><p className="small">{t('change.seed', { approved: run.approved, percent: run.percent, version: run.ruleVersion, time: formatTime(run.drawTime, lang, zone) })}</p><code className="mono small">{run.seed}</code></details>
          </div>
          {!rows && !list.error && <Bones rows={4} h={80} />}
          {rows?.length === 0 && <div className="card"><Empty icon="review" title={t('change.noneDrawn')} text={t('change.noneDrawnText')} /></div>}
          {rows && rows.length > 0 && (
            <div className="card">
              {rows.map((c) => {
                const look = looks[c.result]
                return (
                  <article key={c.row?.id} className="spot" aria-label={c.row?.name}>
                    <div className="grow">
                      <p className="row"><Go to={`/customers/${c.row?.id}?tab=file`}><b>{c.row?.name || t('change.deleted')}</b></Go><span className="mono quiet">{c.row?.maskedNumber}</span><Chip tone={look.tone}>{t(`change.results.${look.word}`)}</Chip></p>
                      <p className="second small">{t('change.approvedBy', { store: nameOf(c.row?.storeId ?? ''), date: formatDate(c.approvedDate, lang), referrer: c.referrerName, reviewer: c.reviewerName })}</p>
                      {c.findings.map((f) => <p key={f.field + f.reason} className="text-late small">{labelled(t(`file.${f.field}` as 'file.name', { defaultValue: f.field }), f.reason, lang)}</p>)}
                      {c.checkerName && <p className="quiet small">{t('change.checkedBy', { name: c.checkerName, time: formatTime(c.checkTime, lang, zone) })}</p>}
                    </div>
                    {c.checkable && <Button onClick={() => setAt(c)}>{t('change.check')}</Button>}
                  </article>
                )
              })}
              {list.hasNextPage && <div className="card-body"><Button block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button></div>}
            </div>
          )}
          {rates.data && (rates.data.referrers.length > 0 || rates.data.reviewers.length > 0) && (
            <div className="two">
              <Rates title={t('change.byReferrer')} rates={rates.data.referrers} />
              <Rates title={t('change.byReviewer')} rates={rates.data.reviewers} />
            </div>
          )}
        </>
      )}
      {at && <SpotCheckDialog check={at} onClose={() => setAt(undefined)} onDone={done} />}
    </div>
  )
}

function Rates({ title, rates }: { title: string; rates: SpotCheckRate[] }) {
  const { t } = useTranslation()
  return (
    <section className="card">
      <div className="card-head"><h2>{title}</h2></div>
      <ul className="card-body rates">
        {rates.map((r) => <li key={r.personId}><span>{r.name}</span><span className="mono">{t('change.rate', { found: r.found, checked: r.checked, percent: Math.round((100 * r.found) / r.checked) })}</span></li>)}
      </ul>
    </section>
  )
}
