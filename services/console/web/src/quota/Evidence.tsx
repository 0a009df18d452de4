import { ScoreService } from '@changke/gen/quota/v1/score_service'
import type { ScoreChange, ScoreEvidence } from '@changke/gen/quota/v1/score'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate, formatFen } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip, Empty, Failure } from '../ui/parts.tsx'
import { RuleCode } from '../ui/RuleText.tsx'
import { mealKey } from '../visit/words.ts'
import { items, type ItemKey } from './words.ts'

interface Asked { month: string; personId: string }

/** The guests, visits or bookings behind one number; `counted` is what the score says. */
export function EvidenceList({ view, counted, ...asked }: Asked & { view: ItemKey; counted: number }) {
  const { t } = useTranslation()
  const item = items.find((i) => i.key === view)!.item
  const columns = useColumns(view)
  const Card = view === 'customers' ? CustomerCard : VisitCard
  const list = useInfiniteQuery(ScoreService.method.listScoreEvidence, { ...asked, item, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const rows = list.data?.pages.flatMap((page) => page.evidence)
  // What was counted then and does not count by what is known now is in no list.
  const listed = rows && !list.hasNextPage ? rows.filter((e) => !e.late).length : counted
  return (
    <>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!list.error && listed !== counted && <p className="second">{t('score.differs', { counted, listed })}</p>}
      {!list.error && (
        <DataList
          name={`score.${view}`}
          columns={columns}
          rows={rows}
          rowKey={(e) => `${e.fileId}${e.date}${e.mealPeriod}${e.resource}`}
          href={(e) => (e.mayOpen ? `/customers/${e.fileId}` : undefined)}
          card={(e) => <Card row={e} />}
          empty={<Empty icon={view === 'customers' ? 'people' : 'booking'} title={t(`score.empty.${view}`)} text={t(`score.empty.${view}Text`)} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </>
  )
}

function useWhen() {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (e: ScoreEvidence) => `${formatDate(e.date, lang)} · ${t(`meal.${mealKey(e.mealPeriod)}`)}`
}

// What was learned after the score was made is not in its number.
function Late({ row }: { row: ScoreEvidence }) {
  const { t } = useTranslation()
  return row.late ? <Chip tone="soon" title={t('score.lateText')}>{t('score.late')}</Chip> : null
}

function useColumns(view: ItemKey): Column<ScoreEvidence>[] {
  const { t } = useTranslation()
  const lang = useLanguage()
  const when = useWhen()
  const { stores, nameOf } = useStores()
  const guest: Column<ScoreEvidence> = { key: 'guest', title: t('score.guest'), cell: (e) => e.guestName || <span className="quiet">{t('score.noFile')}</span> }
  const store: Column<ScoreEvidence>[] = stores.length > 1 ? [{ key: 'store', title: t('app.store'), cell: (e) => nameOf(e.storeId) || '—', optional: true }] : []
  if (view === 'customers') {
    return [
      guest,
      { key: 'since', title: t('score.since'), cell: (e) => <span className="nowrap">{formatDate(e.date, lang)}</span> },
      { key: 'last', title: t('score.lastVisit'), cell: (e) => (e.lastVisitDate ? <span className="nowrap">{formatDate(e.lastVisitDate, lang)}</span> : <span className="quiet">{t('score.never')}</span>) },
      ...store,
      { key: 'visits', title: t('score.visitsOfMonth'), cell: (e) => String(e.visits), num: true },
    ]
  }
  const day: Column<ScoreEvidence> = { key: 'when', title: t('visit.when'), cell: (e) => <span className="nowrap">{when(e)} <Late row={e} /></span> }
  if (view === 'visits') return [day, guest, ...store, { key: 'amount', title: t('visit.amount'), cell: (e) => (e.amountFen > 0n ? formatFen(e.amountFen) : t('visit.noBill')), num: true }]
  return [day, { key: 'resource', title: t('score.resource'), cell: (e) => e.resource || <span className="quiet">{t('score.noResource')}</span> }, guest, ...store]
}

function CustomerCard({ row }: { row: ScoreEvidence }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (
    <div className="guest-card">
      <div><b>{row.guestName}</b><span className="num">{t('score.visitsShort', { count: Number(row.visits) })}</span></div>
      <div className="second"><span>{t('score.sinceDay', { date: formatDate(row.date, lang) })}</span><span>{row.lastVisitDate ? t('score.lastDay', { date: formatDate(row.lastVisitDate, lang) }) : t('score.never')}</span></div>
    </div>
  )
}

function VisitCard({ row }: { row: ScoreEvidence }) {
  const { t } = useTranslation()
  const when = useWhen()
  return (
    <div className="guest-card">
      <div><b>{row.guestName || t('score.noFile')}</b><span className="num">{row.amountFen > 0n ? formatFen(row.amountFen) : row.resource}</span></div>
      <div className="second"><span>{when(row)}</span><Late row={row} /></div>
    </div>
  )
}

/** 损失与补充: who was lost in the month and who came in his place (QTA-03). */
export function ChangeList(asked: Asked) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const list = useInfiniteQuery(ScoreService.method.listScoreChanges, { ...asked, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const kind = (c: ScoreChange) => (c.lost ? <Chip tone="late">{t('score.lost')}</Chip> : <Chip tone="done">{t('score.won')}</Chip>)
  const why = (c: ScoreChange) => (c.rule ? <>{t(`ruleNames.${c.rule}` as 'ruleNames.LIF-03', { defaultValue: '' })} <RuleCode rule={c.rule} /></> : c.lost ? t('score.otherwise') : '')
  const columns: Column<ScoreChange>[] = [
    { key: 'guest', title: t('score.guest'), cell: (c) => c.guestName },
    { key: 'date', title: t('score.date'), cell: (c) => <span className="nowrap">{formatDate(c.date, lang)}</span> },
    { key: 'kind', title: t('score.change'), cell: kind },
    { key: 'why', title: t('score.why'), cell: why },
  ]
  return (
    <>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!list.error && (
        <DataList
          name="score.changes"
          columns={columns}
          rows={list.data?.pages.flatMap((page) => page.changes)}
          rowKey={(c) => `${c.fileId}${c.date}${c.lost}`}
          href={(c) => (c.mayOpen ? `/customers/${c.fileId}?tab=ownership` : undefined)}
          card={(c) => (
            <div className="guest-card">
              <div><b>{c.guestName}</b>{kind(c)}</div>
              <div className="second"><span>{formatDate(c.date, lang)}</span><span>{c.rule && t(`ruleNames.${c.rule}` as 'ruleNames.LIF-03', { defaultValue: c.rule })}</span></div>
            </div>
          )}
          empty={<Empty icon="leaf" title={t('score.empty.changes')} text={t('score.empty.changesText')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </>
  )
}
