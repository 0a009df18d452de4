import { TrialService } from '@changke/gen/ownership/v1/trial_service'
import { TrialState, type Trial, type TrialCount, type TrialLine } from '@changke/gen/ownership/v1/trial'
import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { createConnectQueryKey, useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useCan, useStores } from '../app/me.tsx'
import { Changes } from '../tenant/RuleValue.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatCount, formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { saveWorkbook } from '../ui/save.ts'
import { Told } from './Told.tsx'
import { going, TrialMark, TrialProgress } from './Trials.tsx'
import '../tenant/rules.css'
import './past.css'

/** One trial: its progress, what it comes to person by person, and what would have gone otherwise (RUL-04). */
export default function TrialPage() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const { id = '' } = useParams()
  const { data, error, refetch } = useQuery(TrialService.method.getTrial, { id }, { refetchInterval: (q) => (q.state.data?.trial && going(q.state.data.trial) ? 1000 : false) })
  const cancel = useMutation(TrialService.method.cancelTrial, { onSuccess: () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TrialService, cardinality: undefined }) }) })
  const take = useMutation(TrialService.method.exportTrial, { onSuccess: (res) => saveWorkbook(res.content, res.fileName) })
  const trial = data?.trial
  const found = trial && !going(trial) && (trial.state === TrialState.DONE || trial.tried > 0n)
  if (!trial) return <div className="page"><Back /><PageHead title={t('menu.trials')} />{error ? <Failure error={error} onRetry={() => void refetch()} /> : <Bones rows={4} h={72} />}</div>
  return (
    <div className="page">
      <Back />
      <PageHead title={t('past.trialOf', { from: formatDate(trial.fromDate, lang), to: formatDate(trial.toDate, lang) })} sub={found ? t('past.trialLead', { count: Number(trial.differing) }) : undefined}>
        <TrialMark trial={trial} />
        {found && <Button loading={take.isPending} onClick={() => take.mutate({ id })}>{t('past.export')}</Button>}
      </PageHead>
      <Failure error={(going(trial) ? cancel.error : null) ?? take.error} onClose={() => { cancel.reset(); take.reset() }} />
      {going(trial) && (
        <section className="card past-card">
          <TrialProgress trial={trial} />
          <Popconfirm title={t('past.cancelTitle')} description={t('past.cancelHow')} okText={t('past.cancelYes')} cancelText={t('past.goOn')} onConfirm={() => cancel.mutate({ id })}>
            <Button loading={cancel.isPending}>{t('past.cancel')}</Button>
          </Popconfirm>
        </section>
      )}
      {trial.state === TrialState.FAILED && <p className="card past-card">{t('past.failed')}<small className="quiet"> {trial.error}</small></p>}
      {!going(trial) && trial.state !== TrialState.DONE && <p className="notice" role="note"><Icon name="alert" size={16} />{found ? t('past.partly', { tried: formatCount(trial.tried), files: formatCount(trial.files) }) : t('past.nothingTried')}</p>}
      {trial.setAside > 0n && <p className="notice" role="note"><Icon name="alert" size={16} />{t('run.setAside', { count: Number(trial.setAside) })}</p>}
      <Tried trial={trial} />
      {found && <><Counts id={id} /><Lines id={id} /></>}
    </div>
  )
}

function Back() {
  const { t } = useTranslation()
  return <Go to="/trials" className="back"><Icon name="left" size={16} />{t('menu.trials')}</Go>
}

function Tried({ trial }: { trial: Trial }) {
  const { t } = useTranslation()
  const sets = useQuery(TenantService.method.listRuleSets, {}, { staleTime: 300_000 })
  const changes = trial.changes.flatMap((c) => {
    const field = sets.data?.fields.find((f) => f.key === c.key)
    return field ? [{ storeId: c.storeId, field, from: c.before, to: c.after }] : []
  })
  return (
    <section className="card past-card">
      <h2>{t('past.tried', { version: trial.baseVersion })}</h2>
      <Changes changes={changes} />
    </section>
  )
}

type Figures = Pick<TrialCount, 'lostFact' | 'lostTried' | 'wonFact' | 'wonTried' | 'heldFact' | 'heldTried'>
interface StoreFigures extends Figures { storeId: string }

const pair = (fact: number, tried: number) => (fact === tried ? <span className="quiet">{fact}</span> : <span>{fact} → <b>{tried}</b></span>)
const moved = (c: Figures) => Math.abs(c.lostTried - c.lostFact) + Math.abs(c.wonTried - c.wonFact) + Math.abs(c.heldTried - c.heldFact)
const mostFirst = (a: Figures, b: Figures) => moved(b) - moved(a)

// What a trial comes to in each store: the sums of its people.
function sums(counts: TrialCount[]): StoreFigures[] {
  const of = new Map<string, StoreFigures>()
  for (const c of counts) {
    const s = of.get(c.storeId) ?? { storeId: c.storeId, lostFact: 0, lostTried: 0, wonFact: 0, wonTried: 0, heldFact: 0, heldTried: 0 }
    of.set(c.storeId, { storeId: c.storeId, lostFact: s.lostFact + c.lostFact, lostTried: s.lostTried + c.lostTried, wonFact: s.wonFact + c.wonFact, wonTried: s.wonTried + c.wonTried, heldFact: s.heldFact + c.heldFact, heldTried: s.heldTried + c.heldTried })
  }
  return [...of.values()].sort(mostFirst)
}

function useFigures<T extends Figures>(): Column<T>[] {
  const { t } = useTranslation()
  return [
    { key: 'lost', title: t('past.lost'), num: true, cell: (c) => pair(c.lostFact, c.lostTried) },
    { key: 'won', title: t('past.won'), num: true, cell: (c) => pair(c.wonFact, c.wonTried) },
    { key: 'held', title: t('past.held'), num: true, cell: (c) => pair(c.heldFact, c.heldTried) },
  ]
}

function FiguresCard({ title, sub, of }: { title: string; sub?: string; of: Figures }) {
  const columns = useFigures<Figures>()
  return (
    <div className="past-count">
      <b>{title}</b>{sub && <small className="quiet">{sub}</small>}
      <dl>{columns.map((c) => <div key={c.key}><dt>{c.title}</dt><dd>{c.cell(of)}</dd></div>)}</dl>
    </div>
  )
}

/** Store by store, each a way to its people and guests. */
function ByStore({ id, counts }: { id: string; counts: TrialCount[] }) {
  const { t } = useTranslation()
  const { nameOf } = useStores()
  const columns: Column<StoreFigures>[] = [{ key: 'store', title: t('past.store'), cell: (c) => <b>{nameOf(c.storeId)}</b> }, ...useFigures<StoreFigures>()]
  return (
    <section className="stack">
      <h2>{t('past.byStore')} <small className="quiet">{t('past.pairs')}</small></h2>
      <DataList name="trial-stores" columns={columns} rows={sums(counts)} rowKey={(c) => c.storeId} href={(c) => `/trials/${id}?store=${c.storeId}`} card={(c) => <FiguresCard title={nameOf(c.storeId)} of={c} />} empty={null} />
    </section>
  )
}

const shownAtOnce = 50

function Counts({ id }: { id: string }) {
  const { t } = useTranslation()
  const { nameOf, storeId } = useStores()
  const [shown, show] = useState(0)
  const list = useQuery(TrialService.method.listTrialCounts, { id })
  const all = list.data?.counts
  const rows = all?.filter((c) => !storeId || c.storeId === storeId).sort(mostFirst)
  // At first those for whom something differs.
  const limit = shown || Math.min(shownAtOnce, rows?.filter(moved).length || shownAtOnce)
  const columns: Column<TrialCount>[] = [
    { key: 'person', title: t('past.person'), cell: (c) => <><b>{c.personName}</b> <small className="quiet">{c.staffNo}</small></> },
    { key: 'store', title: t('past.store'), cell: (c) => nameOf(c.storeId) },
    ...useFigures<TrialCount>(),
  ]
  return (
    <>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {all && !storeId && sums(all).length > 1 && <ByStore id={id} counts={all} />}
      <section className="stack">
        <h2>{t('past.byPerson')} <small className="quiet">{t('past.pairs')}</small></h2>
        {!list.error && (
          <DataList
            name="trial-counts"
            columns={columns}
            rows={rows?.slice(0, limit)}
            rowKey={(c) => `${c.storeId}/${c.personId}`}
            card={(c) => <FiguresCard title={c.personName} sub={nameOf(c.storeId)} of={c} />}
            empty={<Empty icon="people" title={t('past.noCounts')} text={t('past.noCountsText')} />}
            more={{ has: (rows?.length ?? 0) > limit, busy: false, load: () => show(limit + shownAtOnce) }}
          />
        )}
      </section>
    </>
  )
}

function Lines({ id }: { id: string }) {
  const { t } = useTranslation()
  const { stores, store, storeId } = useStores()
  const [chosen, choose] = useState('')
  const of = storeId || chosen || store?.id || ''
  const list = useInfiniteQuery(TrialService.method.listTrialLines, { id, storeId: of, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, enabled: of !== '' })
  const lines = list.data?.pages.flatMap((page) => page.lines)
  return (
    <section className="stack">
      <div className="past-start">
        <h2>{t('past.byGuest')}</h2>
        {!storeId && stores.length > 1 && <select className="native month" aria-label={t('past.store')} value={of} onChange={(e) => choose(e.target.value)}>{stores.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}</select>}
      </div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!lines && !list.error && <Bones rows={4} h={72} />}
      {lines?.length === 0 && <div className="card"><Empty icon="leaf" title={t('past.noLines')} text={t('past.noLinesText')} /></div>}
      {lines && lines.length > 0 && <ul className="card past-rows">{lines.map((l, i) => <Line key={i} line={l} />)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </section>
  )
}

function Line({ line }: { line: TrialLine }) {
  const { t } = useTranslation()
  const mayOpen = useCan('customer.read')
  const d = line.decision
  if (!d) return null
  return (
    <li>
      {mayOpen ? <Go to={`/customers/${d.fileId}?tab=ownership`}><b>{d.guestName}</b></Go> : <b>{d.guestName}</b>} <Chip tone={line.tried ? 'accent' : 'calm'}>{t(line.tried ? 'past.onlyTried' : 'past.onlyFact')}</Chip> {line.late && <Chip>{t('past.late')}</Chip>}
      <small>{[d.fromName, d.toName].filter(Boolean).join(' → ')}</small>
      <Told decision={d} />
    </li>
  )
}
