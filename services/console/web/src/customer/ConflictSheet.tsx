import { ConflictService } from '@changke/gen/customer/v1/conflict_service'
import { ConflictOutcome, ConflictState, type Conflict } from '@changke/gen/customer/v1/conflict'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure, Go } from '../ui/parts.tsx'
import { Standing } from './Conflicts.tsx'
import { Turn } from './Turn.tsx'
import { stateOf } from './words.ts'

interface Props {
  conflict: Conflict
  onChanged(): void
}

/** One case: both sides, who decides and when, and what the reader can do about it. */
export function ConflictSheet({ conflict: c, onChanged }: Props) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const mayDecide = useCan('conflict.decide')
  const open = c.state === ConflictState.OPEN
  const over = c.state === ConflictState.WITH_MANAGER
  const mine = c.claimedByMe || c.heldByMe
  const facts: [string, ReactNode][] = [
    [t('conflict.number'), <span className="mono">{c.maskedNumber}</span>],
    [t('conflict.guest'), c.guestName],
    [t('conflict.claimedName'), c.claimedName !== c.guestName && c.claimedName],
    [t('conflict.onFile'), formatDate(c.onFileDate, lang)],
    [t('conflict.fileState'), <Chip tone={stateOf(c.fileState).tone}>{t(`customer.states.${stateOf(c.fileState).key}`)}</Chip>],
    [t('conflict.store'), c.storeName],
  ]
  const side = (me: boolean, name: string, role: string, says: string, booked: number, won: boolean, link: ReactNode) => (
    <section className={won ? 'won' : undefined}>
      <p className="quiet small">{role}</p>
      <h3>{me ? t('conflict.you', { name }) : name}</h3>
      {says ? <blockquote>{says}</blockquote> : <p className="quiet">{t('conflict.silent')}</p>}
      <p className="small second">{t('conflict.booked', { count: booked })}</p>
      {link}
    </section>
  )
  return (
    <section className="card review conflict" aria-label={c.maskedNumber}>
      <header className="card-head">
        <div>
          <h2>{c.guestName || c.claimedName || c.maskedNumber}</h2>
          <p className="sub">{t('conflict.by', { claimant: c.claimantName })} · {formatTime(c.openTime, lang, zone)}</p>
        </div>
        <Standing conflict={c} />
      </header>
      <dl className="conflict-facts">
        {facts.filter(([, value]) => value).map(([label, value]) => <div key={label}><dt>{label}</dt><dd>{value}</dd></div>)}
      </dl>
      <div className="sides">
        {side(c.heldByMe, c.holderName, t('conflict.holder'), c.answer, c.holderBookings, c.outcome === ConflictOutcome.HOLDER, c.fileId && <Go to={`/customers/${c.fileId}`}>{t('conflict.file')}</Go>)}
        {side(c.claimedByMe, c.claimantName, t('conflict.claimant'), c.claim, c.claimantBookings, c.outcome === ConflictOutcome.CLAIMANT, c.claimedByMe && c.claimFileId && <Go to={`/customers/${c.claimFileId}`}>{t('conflict.draft')}</Go>)}
      </div>
      {open && <p className="turn"><Icon name="clock" size={16} />{t('conflict.dueOpen', { time: formatTime(c.dueTime, lang, zone) })}</p>}
      {over && <p className="turn text-late"><Icon name="alert" size={16} />{t('conflict.dueOver')}</p>}
      {over && c.turn && <Turn turn={c.turn} />}
      {c.endTime && (
        <div className="decision">
          <b>{t(c.state === ConflictState.DECIDED ? 'conflict.decided' : 'conflict.settled', { name: c.endedByName })}</b> <span className="quiet small">{formatTime(c.endTime, lang, zone)}</span>
          {c.decision && <p>{c.decision}</p>}
        </div>
      )}
      {(open || over) && c.heldByMe && <Answer conflict={c} onChanged={onChanged} />}
      {(open || over) && mine && <Yield conflict={c} onChanged={onChanged} />}
      {over && mayDecide && (c.decidable ? <Decide conflict={c} onChanged={onChanged} /> : mine && <p className="notice"><Icon name="lock" size={16} />{t('conflict.notYours')}</p>)}
    </section>
  )
}

function Answer({ conflict: c, onChanged }: Props) {
  const { t } = useTranslation()
  const [text, setText] = useState(c.answer)
  const answer = useMutation(ConflictService.method.answerConflict, { onSuccess: onChanged })
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); answer.mutate({ id: c.id, answer: text }) }}>
      <div className="field">
        <label htmlFor="c-answer">{t('conflict.answer')}</label>
        <Input.TextArea id="c-answer" rows={3} maxLength={500} value={text} onChange={(e) => setText(e.target.value)} placeholder={t('conflict.answerHint')} />
      </div>
      <Failure error={answer.error} />
      <div className="actions"><Button htmlType="submit" loading={answer.isPending} disabled={text.trim().length < 2 || text === c.answer}>{t(c.answer ? 'conflict.answerChange' : 'conflict.answerSave')}</Button></div>
    </form>
  )
}

// Giving way can't be undone: it is asked once more, in its place.
function Yield({ conflict: c, onChanged }: Props) {
  const { t } = useTranslation()
  const [sure, setSure] = useState(false)
  const give = useMutation(ConflictService.method.yieldConflict, { onSuccess: onChanged })
  return (
    <div className="stack">
      {sure && <p className="second">{c.heldByMe ? t('conflict.yieldHolderSure', { name: c.claimantName }) : t('conflict.yieldClaimantSure', { name: c.holderName })}</p>}
      <Failure error={give.error} />
      <div className="actions">
        {sure ? (
          <>
            <Button danger loading={give.isPending} onClick={() => give.mutate({ id: c.id })}>{t('conflict.yieldYes')}</Button>
            <Button onClick={() => setSure(false)}>{t('app.cancel')}</Button>
          </>
        ) : <Button onClick={() => setSure(true)}>{t(c.heldByMe ? 'conflict.yieldHolder' : 'conflict.yieldClaimant')}</Button>}
      </div>
    </div>
  )
}

function Decide({ conflict: c, onChanged }: Props) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState(ConflictOutcome.UNSPECIFIED)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const decide = useMutation(ConflictService.method.decideConflict, { onSuccess: onChanged })
  const ready = outcome !== ConflictOutcome.UNSPECIFIED && reason.trim().length >= 2
  const send = () => {
    setTried(true)
    if (ready) decide.mutate({ id: c.id, outcome, reason })
  }
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
      <div className="field">
        <span className="label" id="c-outcome">{t('conflict.decideTitle')}</span>
        <div className="choices" role="radiogroup" aria-labelledby="c-outcome">
          {([[ConflictOutcome.HOLDER, t('conflict.decideHolder', { name: c.holderName })], [ConflictOutcome.CLAIMANT, t('conflict.decideClaimant', { name: c.claimantName })]] as const).map(([value, label]) => (
            <label className="choice" key={value}><input type="radio" name="outcome" checked={outcome === value} onChange={() => setOutcome(value)} /><span>{label}</span></label>
          ))}
        </div>
      </div>
      <div className="field">
        <label htmlFor="c-why">{t('conflict.decideWhy')}</label>
        <Input.TextArea id="c-why" rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('conflict.decideHint')} />
        {tried && !ready && <p className="wrong" role="alert"><Icon name="alert" size={16} />{t('conflict.decideNeed')}</p>}
      </div>
      <Failure error={decide.error} />
      <div className="actions"><Button type="primary" htmlType="submit" loading={decide.isPending}>{t('conflict.decide')}</Button></div>
    </form>
  )
}
