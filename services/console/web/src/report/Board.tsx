import { ReportService } from '@changke/gen/report/v1/report_service'
import type { StoreBoard } from '@changke/gen/report/v1/report'
import { useQuery } from '@connectrpc/connect-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { useWaits, Waits } from '../ownership/Waits.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatCount, formatDate, formatFenShort } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bone, Bones, Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import './board.css'

// The charts are a third of a megabyte: only this page asks for them, after its figures.
const Trend = lazy(() => import('./Trend.tsx'))

/** 总部看板: the chain's figures, its last twelve months, and stores side by side (REP-02). */
export default function Board() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { data, error, refetch } = useQuery(ReportService.method.getBoard, {}, { refetchInterval: 300_000 })
  const { known } = useWaits()
  const worst = worstOf(data?.stores ?? [])
  const columns = useColumnsOf(worst)
  const mayOpen = useCan('customer.read')
  const stores = data?.stores
  const sum = (pick: (s: StoreBoard) => number) => (stores ?? []).reduce((n, s) => n + pick(s), 0)
  const files = sum((s) => s.files)
  const tiles = [
    { key: 'files', value: formatCount(files), note: t('board.ownedShare', { share: percent(sum((s) => s.owned), files) }) },
    { key: 'active', value: percent(sum((s) => s.active), files), note: t('board.activeOf', { count: sum((s) => s.active) }) },
    { key: 'visits', value: formatCount(sum((s) => s.visitsThisMonth)), note: t('board.creditedShare', { share: percent(sum((s) => s.creditedThisMonth), sum((s) => s.visitsThisMonth)) }) },
    { key: 'amount', value: formatFenShort((stores ?? []).reduce((n, s) => n + s.amountThisMonthFen, 0n), lang), note: t('board.thisMonth') },
    { key: 'released', value: formatCount(sum((s) => s.releasedThisMonth)), note: t('board.approvedNote', { count: sum((s) => s.approvedThisMonth) }) },
    { key: 'reviews', value: formatCount(sum((s) => s.reviewsWaiting)), note: sum((s) => s.reviewsLate) > 0 ? <Chip tone="late">{t('board.lateCount', { count: sum((s) => s.reviewsLate) })}</Chip> : t('board.noneLate') },
  ] as const
  return (
    <div className="page">
      <PageHead title={t('menu.board')} sub={data ? formatDate(data.businessDate, lang) : undefined} />
      <Waits />
      <Failure error={error} onRetry={() => void refetch()} />
      {(!data || !known) && !error && <Bones rows={3} h={120} />}
      {data && known && (
        <>
          <dl className="tiles">
            {tiles.map((tile) => (
              <div key={tile.key} className="card"><dt>{t(`board.${tile.key}`)}</dt><dd>{tile.value}</dd><small>{tile.note}</small></div>
            ))}
          </dl>
          <section className="card">
            <div className="card-head"><h2>{t('board.trend')}</h2></div>
            <Suspense fallback={<div className="card-body"><Bone h={260} /></div>}><Trend months={data.months} /></Suspense>
          </section>
          <DataList bar={<h2>{t('board.stores')}</h2>} name="board" columns={columns} rows={stores} rowKey={(s) => s.storeId} href={mayOpen ? (s) => `/customers?store=${s.storeId}` : undefined} card={(s) => <Card store={s} worst={worst} />} empty={<Empty title={t('board.empty')} text={t('board.emptyText')} />} />
        </>
      )}
    </div>
  )
}

type Measure = 'owned' | 'active' | 'visits' | 'released' | 'reviews'
type Worst = Partial<Record<Measure, string>>

const share = (part: number, whole: number) => (whole === 0 ? undefined : Math.round((part / whole) * 100))
// How bad a store stands in a column, in the whole per cent that is shown: the greater the worse; undefined = can't be said.
const badness: Record<Measure, (s: StoreBoard) => number | undefined> = {
  owned: (s) => share(s.public, s.owned + s.public),
  active: (s) => share(s.files - s.active, s.files),
  visits: (s) => share(s.visitsThisMonth - s.creditedThisMonth, s.visitsThisMonth),
  released: (s) => s.releasedThisMonth || undefined,
  reviews: (s) => s.reviewsLate || undefined,
}

/** The one store that stands worst in each column; nobody where several are equal. */
export function worstOf(stores: StoreBoard[]): Worst {
  const worst: Worst = {}
  for (const measure of Object.keys(badness) as Measure[]) {
    const found = stores.flatMap((s) => { const bad = badness[measure](s); return bad === undefined ? [] : [{ id: s.storeId, bad }] }).sort((a, b) => b.bad - a.bad)
    if (found.length > 1 && found[0]!.bad > found[1]!.bad) worst[measure] = found[0]!.id
  }
  return worst
}

/** The mark of the worst store: icon and word, for eyes that do not tell colours apart. */
function WorstMark({ word }: { word: 'lowest' | 'most' }) {
  const { t } = useTranslation()
  return <Chip tone="late">{t(`board.worst.${word}`)}</Chip>
}

function useColumnsOf(worst: Worst): Column<StoreBoard>[] {
  const { t } = useTranslation()
  const lang = useLanguage()
  return [
    { key: 'store', title: t('app.store'), cell: (s) => s.storeName },
    { key: 'files', title: t('board.files'), cell: (s) => formatCount(s.files), num: true },
    { key: 'ownership', title: t('board.ownership'), cell: (s) => <Shares store={s} mark={worst.owned === s.storeId} /> },
    { key: 'active', title: t('board.active'), cell: (s) => <>{worst.active === s.storeId && <WorstMark word="lowest" />} {percent(s.active, s.files)}</>, num: true },
    { key: 'visits', title: t('board.visits'), cell: (s) => <>{worst.visits === s.storeId && <WorstMark word="lowest" />} {formatCount(s.visitsThisMonth)} <small className="quiet">{percent(s.creditedThisMonth, s.visitsThisMonth)}</small></>, num: true },
    { key: 'amount', title: t('board.amount'), cell: (s) => formatFenShort(s.amountThisMonthFen, lang), num: true, optional: true },
    { key: 'approved', title: t('board.approved'), cell: (s) => s.approvedThisMonth, num: true, optional: true },
    { key: 'released', title: t('board.released'), cell: (s) => <>{worst.released === s.storeId && <WorstMark word="most" />} {s.releasedThisMonth}</>, num: true, optional: true },
    { key: 'reviews', title: t('board.reviews'), cell: (s) => <>{worst.reviews === s.storeId && <WorstMark word="most" />} <Waiting store={s} /></>, num: true },
  ]
}

function Waiting({ store: s }: { store: StoreBoard }) {
  const { t } = useTranslation()
  const mayReview = useCan('customer.review')
  if (s.reviewsWaiting === 0) return <span className="quiet">0</span>
  return (
    <>
      {mayReview ? <Go to={`/reviews?store=${s.storeId}`}>{s.reviewsWaiting}</Go> : s.reviewsWaiting} {s.reviewsLate > 0 && <Chip tone="late">{t('board.lateCount', { count: s.reviewsLate })}</Chip>}
    </>
  )
}

function Shares({ store: s, mark }: { store: StoreBoard; mark: boolean }) {
  const { t } = useTranslation()
  const total = Math.max(1, s.owned + s.public)
  return (
    <span className="shares" title={t('board.sharesTitle', { owned: s.owned, open: s.public })}>
      <i aria-hidden="true"><b style={{ width: `${(s.owned / total) * 100}%` }} /></i>
      <span>{formatCount(s.owned)} / {formatCount(s.public)} {mark && <WorstMark word="lowest" />}</span>
    </span>
  )
}

function Card({ store: s, worst }: { store: StoreBoard; worst: Worst }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (
    <div className="stack" style={{ gap: 6 }}>
      <div className="row" style={{ justifyContent: 'space-between' }}><b>{s.storeName}</b><span>{t('board.filesCount', { count: s.files })}</span></div>
      <Shares store={s} mark={worst.owned === s.storeId} />
      <div className="row small second" style={{ justifyContent: 'space-between' }}>
        <span>{t('board.active')} {percent(s.active, s.files)} {worst.active === s.storeId && <WorstMark word="lowest" />}</span>
        <span>{t('board.visits')} {s.visitsThisMonth} {worst.visits === s.storeId && <WorstMark word="lowest" />}</span>
        <span>{formatFenShort(s.amountThisMonthFen, lang)}</span>
      </div>
      {s.reviewsLate > 0 && <Chip tone="late">{t('board.lateReviews', { count: s.reviewsLate })}</Chip>}
    </div>
  )
}

const percent = (part: number, whole: number) => (whole === 0 ? '—' : `${Math.round((part / whole) * 100)}%`)
