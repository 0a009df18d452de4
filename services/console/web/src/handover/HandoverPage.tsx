import { HandoverEnd, HandoverSide, HandoverState, type Handover, type HandoverActs, type HandoverStep } from '@changke/gen/handover/v1/handover'
import { HandoverService, type GetHandoverResponse } from '@changke/gen/handover/v1/handover_service'
import { useQuery } from '@connectrpc/connect-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from 'antd'
import { useNavigate, useParams } from 'react-router'
import { useHref, useMe, useStores } from '../app/me.tsx'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { CaseDialog, type CaseAct } from './CaseDialog.tsx'
import { CaseFiles } from './CaseFiles.tsx'
import { Due } from './Handovers.tsx'
import { causeKey, endKey, kindKey, scopeKey, stateLook, useReload } from './words.ts'
import './handover.css'

/** One handover: whose turn it is and what he does, the steps done, the guests. */
export default function HandoverPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const query = useQuery(HandoverService.method.getHandover, { id }, { refetchInterval: 60_000 })
  const data = query.data
  return (
    <div className="page case">
      <Go to="/handovers" className="back"><Icon name="left" size={16} />{t('handover.back')}</Go>
      <Failure error={query.error} onRetry={() => void query.refetch()} />
      {!data?.handover ? !query.error && <Bones rows={5} h={96} /> : <Case data={data} handover={data.handover} />}
    </div>
  )
}

function Case({ data, handover: h }: { data: GetHandoverResponse; handover: Handover }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { stores } = useStores()
  const [flash, mark] = useFlash()
  const [act, setAct] = useState<CaseAct>()
  const reload = useReload()
  const go = useNavigate()
  const href = useHref()
  const look = stateLook[h.state]
  const store = stores.find((s) => s.id === h.storeId)
  return (
    <>
      <PageHead title={`${t('handover.no', { no: h.no })} ${t('handover.fromTo', { from: h.giver?.name, to: h.receiver?.name })}`} sub={[store?.name, t('handover.files', { count: h.files }), t(`handover.kinds.${kindKey[h.kind]}`)].filter(Boolean).join(' · ')}>
        {flash}
        <Button onClick={() => void go(href(`/handovers/${h.id}/slip`))}>{t('handover.acts.print')}</Button>
      </PageHead>
      <section className="card">
        <div className="case-turn">
          <Chip tone={look.tone}>{t(`handover.states.${look.key}`)}</Chip>
          {h.dueDate && <Due handover={h} />}
          <span className="grow">{h.turn === HandoverSide.UNSPECIFIED ? t('handover.over') : <>{t('handover.turn')}<b>{data.turnNames.length > 0 ? joinWords(data.turnNames, lang) : t('handover.turnOffice')}</b></>}</span>
          {data.acts && <Acts acts={data.acts} handover={h} onAct={setAct} />}
        </div>
        <Note handover={h} steps={data.steps} reassign={data.acts?.reassign ?? false} />
      </section>
      <div className="case-grid">
        <CaseFiles handover={h} goThrough={data.acts?.goThrough ?? false} />
        <div className="stack">
          <Steps handover={h} steps={data.steps} />
          <Facts handover={h} />
        </div>
      </div>
      {act && <CaseDialog act={act} handover={h} onClose={() => setAct(undefined)} onDone={() => { setAct(undefined); mark(t('people.saved')); reload() }} />}
    </>
  )
}

function Acts({ acts, handover: h, onAct }: { acts: HandoverActs; handover: Handover; onAct(act: CaseAct): void }) {
  const { t } = useTranslation()
  const go = useNavigate()
  const href = useHref()
  const yes = ([['check', acts.check], ['accept', acts.accept], ['confirm', acts.confirm], ['send', acts.send]] as const).find(([, may]) => may)?.[0]
  return (
    <span className="actions">
      {yes && <Button type="primary" onClick={() => onAct(yes)}>{t(`handover.acts.${yes}`)}</Button>}
      {acts.reassign && <Button type="primary" onClick={() => void go(href(`/handovers/new?giver=${h.giver?.id}`))}>{t('handover.acts.again')}</Button>}
      {(acts.check || acts.confirm) && <Button onClick={() => onAct('reject')}>{t('handover.acts.reject')}</Button>}
      {acts.accept && <Button onClick={() => onAct('refuse')}>{t('handover.acts.refuse')}</Button>}
      {acts.withdraw && <Button onClick={() => onAct('withdraw')}>{t('handover.acts.withdraw')}</Button>}
    </span>
  )
}

// What holds meanwhile, or how it ended.
function Note({ handover: h, steps, reassign }: { handover: Handover; steps: HandoverStep[]; reassign: boolean }) {
  const { t } = useTranslation()
  const { person } = useMe()
  const lang = useLanguage()
  const texts: string[] = []
  const broken = h.state === HandoverState.DESK || h.state === HandoverState.ENDED
  if (broken) {
    const end = t(`handover.ends.${endKey[h.end]}`)
    // Of one that was handed on from the desk, the reason is that of the end before.
    if (h.end === HandoverEnd.REASSIGNED || !h.reason) texts.push(t('handover.ended', { end }))
    else texts.push(t('handover.endedWhy', { end, reason: h.reason }))
    if (h.end === HandoverEnd.REASSIGNED && h.reason) texts.push(t('handover.reason', { reason: h.reason }))
  }
  if (h.state === HandoverState.REQUESTED || h.state === HandoverState.CHECKED) texts.push(t('handover.held'))
  if (h.state === HandoverState.ACCEPTED) texts.push(h.receiver?.id === person?.id ? t('handover.semi') : t('handover.semiOthers', { name: h.giver?.name }))
  if (h.state === HandoverState.COMPLETE && h.turn === HandoverSide.RECEIVER) texts.push(h.receiver?.id === person?.id ? t('handover.goThrough') : t('handover.goThroughOthers', { name: h.receiver?.name }))
  if (h.state === HandoverState.DESK) texts.push(t(reassign ? 'handover.deskTexts.desk' : 'handover.deskTexts.deskWaits'))
  if (h.state === HandoverState.ENDED) {
    const went = h.end === HandoverEnd.STORE_CLOSED && h.confirmedDate !== '' ? 'goesOn' : (['cleared', 'returned'] as const).find((key) => steps.some((s) => s.step === key))
    if (went) texts.push(t(`handover.deskTexts.${went}`))
  }
  if (h.dueDate) texts.push(t(h.state === HandoverState.DESK ? 'handover.deskTexts.until' : 'handover.breaks', { date: formatDate(h.dueDate, lang) }))
  return texts.map((text) => <p key={text} className="case-note">{text}</p>)
}

const acts = { one: 'requested', two: 'checked', three: 'accepted', four: 'confirmed', five: 'sent', six: 'sent', seven: '' } as const
const breaks = ['withdrawn', 'rejected', 'refused', 'receiver_left', 'expired', 'store_closed']
const order = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'] as const
const nowAt: Partial<Record<HandoverState, (typeof order)[number]>> = { [HandoverState.REQUESTED]: 'two', [HandoverState.CHECKED]: 'three', [HandoverState.ACCEPTED]: 'four', [HandoverState.CONFIRMED]: 'five', [HandoverState.COMPLETE]: 'seven' }

function Steps({ handover: h, steps }: { handover: Handover; steps: HandoverStep[] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const over = h.state === HandoverState.COMPLETE && h.moved > 0 && h.approved === h.moved
  const who = (s: HandoverStep) => (s.forName ? t('handover.steps.forWhom', { by: s.personName, holder: s.forName }) : s.personName || t('handover.steps.system'))
  const extra = steps.filter((s) => !Object.values(acts).includes(s.step as 'requested'))
  const broken = h.state === HandoverState.DESK || h.state === HandoverState.ENDED // what was still to come never does
  return (
    <section className="card">
      <div className="card-head"><h2>{t('handover.steps.title')}</h2></div>
      <ol className="case-steps">
        {order.filter((key) => !broken || steps.some((s) => s.step === acts[key])).map((key) => {
          const did = steps.find((s) => s.step === acts[key])
          const done = did !== undefined || key === 'seven' && over
          const now = !done && nowAt[h.state] === key
          return (
            <li key={key} className={done ? 'done' : now ? 'now' : 'wait'} aria-current={now ? 'step' : undefined}>
              <b>{t(`handover.steps.${key}`)}</b>
              {did && key !== 'six' && <span>{t('handover.steps.done', { name: who(did), date: formatDate(did.date, lang) })}</span>}
              {key === 'four' && did && <span>{t('handover.steps.moved', { count: did.files })}</span>}
              {key === 'five' && did && <span>{t('handover.steps.sent', { count: did.files })}</span>}
              {key === 'seven' && h.moved > 0 && <span>{t('handover.steps.progress', { approved: h.approved, moved: h.moved })}{h.submitted > 0 && ` · ${t('handover.steps.submitted', { count: h.submitted })}`}</span>}
            </li>
          )
        })}
        {extra.map((s) => (
          <li key={`${s.step}${s.date}`} className={breaks.includes(s.step) ? 'broken' : 'after'}>
            <b>{t(`handover.log.${s.step as 'desk'}`)}</b>
            <span>{t('handover.steps.done', { name: who(s), date: formatDate(s.date, lang) })}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Facts({ handover: h }: { handover: Handover }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const person = (p: Handover['giver']) => p && <>{p.name} <span className="quiet mono">{p.staffNo}</span> <span lang="zh-CN">{p.position}</span>{p.leftDate && <span className="quiet"> · {formatDate(p.leftDate, lang)} {t('handover.causes.leaving')}</span>}</>
  return (
    <section className="card pad stack">
      <dl className="case-facts">
        <dt>{t('handover.slip.giver')}</dt><dd>{person(h.giver)}</dd>
        <dt>{t('handover.slip.receiver')}</dt><dd>{person(h.receiver)}</dd>
        <dt>{t('handover.causeShort')}</dt><dd>{t(`handover.causes.${causeKey[h.cause]}`)} · {t(`handover.scopes.${scopeKey[h.scope]}`)}</dd>
        {h.seat && <><dt>{t('handover.seat')}</dt><dd>{h.seat}</dd></>}
        {h.untilDate && <><dt>{t('handover.kinds.custody')}</dt><dd>{t('handover.until', { date: formatDate(h.untilDate, lang) })}</dd></>}
        {h.confirmedDate && <><dt>{t('handover.steps.four')}</dt><dd>{t('handover.confirmedOn', { date: formatDate(h.confirmedDate, lang), name: h.receiver?.name })}</dd></>}
      </dl>
      <small>{h.forName ? t('handover.byFor', { by: h.byName, holder: h.forName }) : t('handover.by', { name: h.byName })}</small>
    </section>
  )
}
