import type { Score, ScoreLine, ScoreState } from '@changke/gen/quota/v1/score'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { formatCount, formatMonth } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip } from '../ui/parts.tsx'
import { standing, stateLook, target } from './words.ts'

/** How far a month's scores have come, in a word that says what it means when pointed at. */
export function StateMark({ state }: { state: ScoreState }) {
  const { t } = useTranslation()
  const look = stateLook(state)
  return <Chip tone={look.tone} title={t(`score.states.${look.key}Text`)}>{t(`score.states.${look.key}`)}</Chip>
}

/** Chooses the month, kept in the address; the running one leaves it clean. */
export function MonthPicker({ months, month }: { months: string[]; month: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const [, setParams] = useSearchParams()
  const choose = (value: string) => setParams((old) => {
    const next = new URLSearchParams(old)
    if (value === months[0]) next.delete('month')
    else next.set('month', value)
    return next
  }, { replace: true, preventScrollReset: true })
  const values = months.includes(month) ? months : [...months, month]
  return (
    <select className="native month-pick" value={month} aria-label={t('score.month')} onChange={(e) => choose(e.target.value)}>
      {values.map((m) => <option key={m} value={m}>{m === months[0] ? t('score.running', { month: formatMonth(m, lang) }) : formatMonth(m, lang)}</option>)}
    </select>
  )
}

/** Counted of target, with the bar that shows the share. */
export function Figure({ line, score, wide }: { line: ScoreLine | undefined; score: Score; wide?: boolean }) {
  const { t } = useTranslation()
  if (!line || (!line.target && line.counted === 0n)) return <span className="quiet" title={t('score.notAssessed')}>—</span>
  const look = standing(line, score)
  return (
    <span className={wide ? 'figure wide' : 'figure'}>
      <span className="figure-text"><b>{formatCount(line.counted)}</b>{line.target && <span className="quiet"> / {target(line.target)}</span>}</span>
      {line.percent !== undefined && <i className={`meter ${look}`} aria-hidden="true"><i style={{ width: `${Math.min(100, Number(line.percent))}%` }} /></i>}
    </span>
  )
}

/** What is missing of a line, in a word and its colour. */
export function Missing({ line, score }: { line: ScoreLine; score: Score }) {
  const { t } = useTranslation()
  switch (standing(line, score)) {
    case 'reached': return <Chip tone="done">{t('score.reached')}</Chip>
    case 'short': return <Chip tone="late">{t('score.short', { count: Number(line.missing) })}</Chip>
    case 'open': return <Chip>{t('score.toGo', { count: Number(line.missing) })}</Chip>
    default: return <span className="quiet small">{t(line.target ? 'score.nothingYet' : 'score.notAssessed')}</span>
  }
}
