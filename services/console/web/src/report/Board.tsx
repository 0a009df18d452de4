import { ReportService } from '@changke/gen/report/v1/report_service'
import type { StoreBoard } from '@changke/gen/report/v1/report'
import { useQuery } from '@connectrpc/connect-query'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
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
  const columns = useColumnsOf()
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
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={3} h={120} />}
      {data && (
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
          <DataList bar={<h2>{t('board.stores')}</h2>} name="board" columns={columns} rows={stores} rowKey={(s) => s.storeId} href={mayOpen ? (s) => `/customers?store=${s.storeId}` : undefined} card={(s) => <Card store={s} />} empty={<Empty title={t('board.empty')} text={t('board.emptyText')} />} />
        </>
      )}
    </div>
  )
}

function useColumnsOf(): Column<StoreBoard>[] {
  const { t } = useTranslation()
  const lang = useLanguage()
  return [
    { key: 'store', title: t('app.store'), cell: (s) => s.storeName },
    { key: 'files', title: t('board.files'), cell: (s) => formatCount(s.files), num: true },
    { key: 'ownership', title: t('board.ownership'), cell: (s) => <Shares store={s} /> },
    { key: 'active', title: t('board.active'), cell: (s) => percent(s.active, s.files), num: true },
    { key: 'visits', title: t('board.visits'), cell: (s) => <>{formatCount(s.visitsThisMonth)} <small className="quiet">{percent(s.creditedThisMonth, s.visitsThisMonth)}</small></>, num: true },
    { key: 'amount', title: t('board.amount'), cell: (s) => formatFenShort(s.amountThisMonthFen, lang), num: true, optional: true },
    { key: 'approved', title: t('board.approved'), cell: (s) => s.approvedThisMonth, num: true, optional: true },
    { key: 'released', title: t('board.released'), cell: (s) => s.releasedThisMonth, num: true, optional: true },
    { key: 'reviews', title: t('board.reviews'), cell: (s) => <Waiting store={s} />, num: true },
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

function Shares({ store: s }: { store: StoreBoard }) {
  const { t } = useTranslation()
  const total = Math.max(1, s.owned + s.public)
  return (
    <span className="shares" title={t('board.sharesTitle', { owned: s.owned, open: s.public })}>
      <i aria-hidden="true"><b style={{ width: `${(s.owned / total) * 100}%` }} /></i>
      <span>{formatCount(s.owned)} / {formatCount(s.public)}</span>
    </span>
  )
}

function Card({ store: s }: { store: StoreBoard }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (
    <div className="stack" style={{ gap: 6 }}>
      <div className="row" style={{ justifyContent: 'space-between' }}><b>{s.storeName}</b><span>{t('board.filesCount', { count: s.files })}</span></div>
      <Shares store={s} />
      <div className="row small second" style={{ justifyContent: 'space-between' }}>
        <span>{t('board.active')} {percent(s.active, s.files)}</span>
        <span>{t('board.visits')} {s.visitsThisMonth}</span>
        <span>{formatFenShort(s.amountThisMonthFen, lang)}</span>
      </div>
      {s.reviewsLate > 0 && <Chip tone="late">{t('board.lateReviews', { count: s.reviewsLate })}</Chip>}
    </div>
  )
}

const percent = (part: number, whole: number) => (whole === 0 ? '—' : `${Math.round((part / whole) * 100)}%`)
