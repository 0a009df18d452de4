import { ScoreService } from '@changke/gen/quota/v1/score_service'
import { ScoreState, type Score, type ScoreCorrection } from '@changke/gen/quota/v1/score'
import { useQuery } from '@connectrpc/connect-query'
import type { TFunction } from 'i18next'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useParams, useSearchParams } from 'react-router'
import { useMe, useStores } from '../app/me.tsx'
import { formatMonth, formatTime } from '../ui/format.ts'
import { useLanguage, usePhone, useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { RuleCode } from '../ui/RuleText.tsx'
import { ChangeList, EvidenceList } from './Evidence.tsx'
import { Figure, Missing, MonthPicker, StateMark } from './parts.tsx'
import { change, itemKey, items, target, type ItemKey } from './words.ts'
import '../customer/customers.css'
import './score.css'

/** 我的成绩, or somebody's of the team: what was to be reached, what was counted, and all that stands behind it. */
export default function Statement() {
  const { t } = useTranslation()
  const said = useSaid()
  const me = useMe()
  const { id = '' } = useParams()
  const [params] = useSearchParams()
  const month = params.get('month') ?? ''
  const { nameOf } = useStores()
  const { data, error, refetch } = useQuery(ScoreService.method.getScore, { month, personId: id })
  const score = data?.score
  const corrections = data ? data.corrections.length + data.correctedBy.length : 0
  const mine = id === '' || id === me.person?.id
  const place = score?.position && [said(score.position, score.positionEn), nameOf(score.storeId)].filter(Boolean).join(' · ')
  return (
    <div className="page">
      {id && <Go to={`/scores${month && `?month=${month}`}`} className="back"><Icon name="left" size={16} />{t('menu.scores')}</Go>}
      <PageHead title={mine || !score ? t(id ? 'score.one' : 'menu.score') : t('score.of', { name: score.name })} sub={place || undefined}>
        {data && score && <MonthPicker months={data.months} month={score.month} />}
      </PageHead>
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={4} h={110} />}
      {data && score && score.lines.length === 0 && <div className="card"><Empty icon="board" title={t('score.none')} text={t('score.noneText')} /></div>}
      {data && score && score.lines.length > 0 && (
        <>
          <Lead score={score} daysLeft={data.daysLeft} corrections={corrections} />
          <Body score={score} id={id} month={month} lost={data.lost} won={data.won} led={data.guestsLed} effective={data.effective} mine={mine} />
        </>
      )}
      {data && corrections > 0 && (
        <div className="stack" id="corrections">
          <Corrections title={t('score.corrections')} text={t('score.correctionsText')} rows={data.corrections} named={(c) => c.ofMonth} />
          <Corrections title={t('score.correctedBy')} text={t('score.correctedByText')} rows={data.correctedBy} named={(c) => c.month} />
        </div>
      )}
    </div>
  )
}

/** How far the month has come, what the number of guests to keep is made of, and the way down to what was corrected. */
function Lead({ score, daysLeft, corrections }: { score: Score; daysLeft: number; corrections: number }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const text = score.state === ScoreState.PREVIEW
    ? t(daysLeft > 0 ? 'score.lead.running' : 'score.lead.waiting', { count: daysLeft })
    : t(score.state === ScoreState.FINAL ? 'score.lead.final' : 'score.lead.provisional', { time: formatTime(score.scoredTime, lang, zone) })
  return (
    <div className="score-lead">
      <StateMark state={score.state} />
      <span>{text}</span>
      {corrections > 0 && <a href="#corrections">{t('score.toCorrections', { count: corrections })}</a>}
      <span className="second">{score.rampMonth > 0 ? t('score.ramp', { month: score.rampMonth }) : ''} {t('score.version', { version: score.ruleVersion })}</span>
    </div>
  )
}

type View = ItemKey | 'changes'

// The tiles choose what is listed below them; the first leaves the address clean.
function useView(score: Score): [View, (view: View) => { pathname: string; search: string }] {
  const { pathname } = useLocation()
  const [params] = useSearchParams()
  const shown = items.filter(({ item }) => score.lines.some((l) => l.item === item && (l.target !== '' || l.counted > 0n)))
  const first = shown[0]?.key ?? 'customers'
  const wanted = params.get('item') as View | null
  const view = wanted === 'changes' || shown.some(({ key }) => key === wanted) ? wanted! : first
  const to = (v: View) => {
    const next = new URLSearchParams(params)
    if (v === first) next.delete('item')
    else next.set('item', v)
    return { pathname, search: next.toString() }
  }
  return [view, to]
}

function Body({ score, id, month, lost, won, led, effective, mine }: { score: Score; id: string; month: string; lost: bigint; won: bigint; led: bigint; effective: bigint; mine: boolean }) {
  const { t } = useTranslation()
  const [view, to] = useView(score)
  const shown = items.flatMap(({ item, key }) => {
    const line = score.lines.find((l) => l.item === item)
    return line && (line.target !== '' || line.counted > 0n) ? [{ item, key, line }] : []
  })
  const asked = { month, personId: id }
  // On the phone what stands behind a number begins below the window.
  const phone = usePhone()
  const list = useRef<HTMLElement>(null)
  const [chosen, choose] = useState<View>()
  useEffect(() => {
    if (phone && chosen) list.current?.scrollIntoView({ block: 'start', behavior: 'smooth' })
  }, [phone, chosen])
  return (
    <>
      <nav className="score-tiles" aria-label={t('score.items')}>
        {shown.map(({ key, line }) => (
          <Link key={key} to={to(key)} replace preventScrollReset onClick={() => choose(key)} className="card" aria-current={view === key ? 'true' : undefined}>
            <span className="second">{t(`score.item.${key}`)}</span>
            <Figure line={line} score={score} wide />
            <span className="foot"><Missing line={line} score={score} />{line.percent !== undefined && <span className="quiet">{String(line.percent)}%</span>}</span>
          </Link>
        ))}
        <Link to={to('changes')} replace preventScrollReset onClick={() => choose('changes')} className="card changes" aria-current={view === 'changes' ? 'true' : undefined}>
          <span className="second">{t('score.item.changes')}</span>
          <span className="figure wide"><span className="figure-text">{t('score.lost')} <b>{String(lost)}</b> <span className="gap">{t('score.won')} <b>{String(won)}</b></span></span></span>
          <span className="foot quiet small">{t('score.changesHint')}</span>
        </Link>
      </nav>
      <p className="score-led">{t('score.effective', { count: Number(effective) })} <span className="second">{t('score.effectiveHint')}</span></p>
      {(led > 0n || score.position === '客服代表') && <p className="score-led">{t('score.led', { count: Number(led) })} <span className="second">{t('score.ledHint')}</span></p>}
      <section className="stack score-list" ref={list} aria-label={t(`score.item.${view}`)}>
        <div className="section-head">
          <h2>{t(`score.item.${view}`)}</h2>
          <p className="second">{t(`score.counts.${view}`)} <RuleCode rule={view === 'changes' ? 'QTA-03' : 'QTA-01'} /></p>
        </div>
        {view === 'changes' && mine && <p className="score-appeal"><Go to="/appeals?show=losses">{t('score.toAppeal')}</Go></p>}
        {view === 'changes' ? <ChangeList {...asked} /> : <EvidenceList {...asked} view={view} counted={Number(shown.find(({ key }) => key === view)?.line.counted ?? 0)} />}
      </section>
    </>
  )
}

/** What later facts changed: each line names the other month. */
function Corrections({ title, text, rows, named }: { title: string; text: string; rows: ScoreCorrection[]; named: (c: ScoreCorrection) => string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  if (rows.length === 0) return null
  return (
    <section className="card">
      <div className="card-head"><h2>{title}</h2></div>
      <div className="card-body">
        <p className="second">{text} <RuleCode rule="QTA-04" /></p>
        <ul className="score-corrections">
          {rows.map((c, i) => (
            <li key={`${c.month}${c.ofMonth}${c.item}`}>
              <span>{formatMonth(named(c), lang)} · {t(`score.item.${itemKey(c.item)}`)}</span>
              <span className="quiet num">
                {c.after !== c.before && <span>{String(c.before)} → {String(c.after)}</span>}
                {c.targetAfter !== c.targetBefore && <span>{t('score.targetWas', { before: asked(c.targetBefore, t), after: asked(c.targetAfter, t) })}</span>}
              </span>
              <b className="num">{c.after !== c.before && change(c.after - c.before, t)}</b>
              {!alike(c, rows[i + 1]) && c.causes.length > 0 && (
                <ul className="score-causes" aria-label={t('past.causes')}>
                  {c.causes.map((x, n) => <li key={n}>{x.guestName && <>{x.mayOpen ? <Go to={`/customers/${x.fileId}`}>{x.guestName}</Go> : x.guestName} · </>}{said(x.text, x.textEn)}</li>)}
                </ul>
              )}
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

/** Whether two corrections of a month come of the same: that is named once, below the last. */
function alike(a: ScoreCorrection, b?: ScoreCorrection): boolean {
  return b?.month === a.month && b.ofMonth === a.ofMonth && b.causes.length === a.causes.length && a.causes.every((x, i) => x.text === b.causes[i]?.text && x.fileId === b.causes[i]?.fileId)
}

/** What was to be reached, or that nothing was. */
function asked(text: string, t: TFunction): string {
  return text ? target(text) : t('score.notAssessed')
}
