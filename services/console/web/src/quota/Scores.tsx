import { ScoreService } from '@changke/gen/quota/v1/score_service'
import { ScoreState, type Score, type ScoreCorrected } from '@changke/gen/quota/v1/score'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatMonth, joinWords } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Bones, Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { Figure, Missing, MonthPicker, StateMark } from './parts.tsx'
import { change, itemKey, items, lineOf, stateLook } from './words.ts'
import '../customer/customers.css'
import './score.css'

/** 团队成绩: everybody's score of a month in reach, each a way into his statement. */
export default function Scores() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const { storeId } = useStores()
  const [params, setParams] = useSearchParams()
  const month = params.get('month') ?? ''
  const position = params.get('post') ?? ''
  const list = useInfiniteQuery(
    ScoreService.method.listScores,
    { month, storeId, position, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined },
  )
  const first = list.data?.pages[0]
  const rows = list.data?.pages.flatMap((page) => page.scores)
  const corrected = list.data?.pages.flatMap((page) => page.corrected) ?? []
  const columns = useColumns(corrected)
  const choosePost = (post: string) => setParams((old) => {
    const next = new URLSearchParams(old)
    if (post) next.set('post', post)
    else next.delete('post')
    return next
  }, { replace: true, preventScrollReset: true })
  return (
    <div className="page">
      <PageHead title={t('menu.scores')} sub={first ? t(`score.teamLead.${stateLook(first.state).key}`, { month: formatMonth(first.month, lang) }) : undefined}>
        {first && <MonthPicker months={first.months} month={first.month} />}
      </PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!first && !list.error && <Bones rows={8} h={56} />}
      {first && (
        <>
          <div className="row score-filters">
            <select className="native month-pick" value={position} aria-label={t('score.post')} onChange={(e) => choosePost(e.target.value)}>
              <option value="">{t('score.allPosts')}</option>
              {first.positions.map((p, i) => <option key={p} value={p}>{said(p, first.positionsEn[i] ?? '')}</option>)}
            </select>
            <StateMark state={first.state} />
          </div>
          <DataList
            name="scores"
            columns={columns}
            rows={rows}
            rowKey={(s) => s.personId}
            href={(s) => `/scores/${s.personId}${month && `?month=${month}`}`}
            card={(s) => <Card score={s} corrected={corrected} />}
            empty={<Empty icon="board" title={t('score.empty.team')} text={t(position ? 'score.empty.postText' : 'score.empty.teamText')} />}
            more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
          />
        </>
      )}
    </div>
  )
}

function useColumns(corrected: ScoreCorrected[]): Column<Score>[] {
  const { t } = useTranslation()
  const said = useSaid()
  const { stores, nameOf } = useStores()
  return [
    { key: 'name', title: t('score.person'), cell: (s) => <><span className="nowrap">{s.name} <span className="quiet mono">{s.staffNo}</span></span><Corrected of={s} among={corrected} /></> },
    { key: 'post', title: t('score.post'), cell: (s) => <span className="score-post">{said(s.position, s.positionEn)}{s.rampMonth > 0 && <small className="quiet">{t('score.rampShort', { month: s.rampMonth })}</small>}</span> },
    ...(stores.length > 1 ? [{ key: 'store', title: t('app.store'), cell: (s: Score) => <span className="nowrap">{nameOf(s.storeId) || '—'}</span>, optional: true }] : []),
    ...items.map(({ item, key }) => ({ key, title: t(`score.item.${key}`), cell: (s: Score) => <Figure line={lineOf(s, item)} score={s} />, optional: key === 'rooms' || key === 'banquets' })),
    { key: 'missing', title: t('score.missing'), cell: (s) => <span className="score-gaps"><Gaps score={s} /></span> },
  ]
}

/** The items a person falls short of; nothing where all is reached. */
function Gaps({ score }: { score: Score }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const gaps = score.lines.filter((l) => l.missing > 0n)
  if (gaps.length === 0) return <Missing line={score.lines.find((l) => l.percent !== undefined) ?? score.lines[0]!} score={score} />
  return (
    <span className={score.state === ScoreState.PREVIEW ? 'second' : 'text-late'}>
      {joinWords(gaps.map((l) => t('score.gap', { item: t(`score.item.${itemKey(l.item)}`), count: Number(l.missing) })), lang)}
    </span>
  )
}

/** What later facts changed, of earlier months in this one's statement and of this one since it was final: a word that the statement goes on from. */
function Corrected({ of, among }: { of: Score; among: ScoreCorrected[] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return [false, true].map((later) => {
    const his = among.filter((c) => c.personId === of.personId && c.later === later).sort((a, b) => a.item - b.item)
    if (his.length === 0) return null
    const words = his.map((c) => [t(`score.item.${itemKey(c.item)}`), c.counted !== 0n && change(c.counted, t)].filter(Boolean).join(' '))
    return (
      <span key={String(later)} className="score-corrected">
        <Chip tone="accent">{t(later ? 'score.correctedLater' : 'score.corrects', { count: his.reduce((n, c) => n + c.corrections, 0) })}</Chip>
        <small className="second">{joinWords(words, lang)}</small>
      </span>
    )
  })
}

function Card({ score, corrected }: { score: Score; corrected: ScoreCorrected[] }) {
  const { t } = useTranslation()
  const said = useSaid()
  return (
    <div className="guest-card score-card">
      <div><b>{score.name}</b><span className="second">{said(score.position, score.positionEn)}</span></div>
      {items.slice(0, 2).map(({ item, key }) => lineOf(score, item)?.target && (
        <div key={key}><span className="second">{t(`score.item.${key}`)}</span><Figure line={lineOf(score, item)} score={score} /></div>
      ))}
      <p className="small"><Gaps score={score} /></p>
      <Corrected of={score} among={corrected} />
    </div>
  )
}
