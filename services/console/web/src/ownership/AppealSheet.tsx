import { AppealService } from '@changke/gen/ownership/v1/appeal_service'
import { AppealState, type Appeal } from '@changke/gen/ownership/v1/appeal'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Failure, Go, Wrong } from '../ui/parts.tsx'
import { RuledBy } from '../ui/RuleText.tsx'
import { Standing } from './Appeals.tsx'
import { Meals } from './Meals.tsx'

interface Props { appeal: Appeal; onChanged(text: string): void }

/** One appeal: the loss it contests and its reason, what the former referrer says and refers to, and the decision. */
export function AppealSheet({ appeal: a, onChanged }: Props) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const { zone } = useStores()
  const mayDecide = useCan('appeal.decide')
  const mayOpen = useCan('customer.read')
  const open = a.state === AppealState.OPEN
  const referred = a.visits.filter((v) => v.referred)
  const others = a.visits.filter((v) => !v.referred)
  return (
    <section className="card review conflict appeal" aria-label={a.guestName}>
      <header className="card-head">
        <div>
          <h2>{a.guestName}</h2>
          <p className="sub">{t('appeal.by', { name: a.personName })} · {formatDate(a.raisedDate, lang)}</p>
        </div>
        <Standing appeal={a} />
      </header>
      <dl className="conflict-facts">
        <div><dt>{t('appeal.lost')}</dt><dd>{formatDate(a.loss?.effectiveDate ?? '', lang)}</dd></div>
        <div><dt>{t('appeal.now')}</dt><dd>{a.ownerName || t('customer.public')}</dd></div>
      </dl>
      <div className="appeal-part">
        <p className="quiet small">{t('appeal.system')}</p>
        {a.loss && <p>{said(a.loss.sentence, a.loss.sentenceEn)} <RuledBy rule={a.loss.rule} version={a.loss.ruleVersion} /></p>}
      </div>
      <div className="appeal-part said">
        <p className="quiet small">{t('appeal.says', { name: a.personName })}</p>
        <blockquote>{a.claim}</blockquote>
      </div>
      {referred.length > 0 && <div className="appeal-part"><p className="quiet small">{t('appeal.referred')}</p><Meals meals={referred} /></div>}
      {others.length > 0 && <details className="appeal-part"><summary>{t('appeal.others', { count: others.length })}</summary><Meals meals={others} /></details>}
      {mayOpen && !a.mine && <p className="appeal-part"><Go to={`/customers/${a.fileId}?tab=ownership`}>{t('appeal.file')}</Go></p>}
      {a.endTime && (
        <div className="decision">
          <b>{a.state === AppealState.WITHDRAWN ? t('appeal.states.withdrawn') : t('appeal.decided', { name: a.decidedName })}</b> <span className="quiet small">{formatTime(a.endTime, lang, zone)}</span>
          {a.decision && <p>{a.decision}</p>}
        </div>
      )}
      {open && a.mine && <Withdraw appeal={a} onChanged={onChanged} />}
      {open && mayDecide && (a.decidable ? <Decide appeal={a} onChanged={onChanged} /> : <p className="notice"><Icon name="lock" size={16} />{t('appeal.notYours')}</p>)}
    </section>
  )
}

function Withdraw({ appeal: a, onChanged }: Props) {
  const { t } = useTranslation()
  const withdraw = useMutation(AppealService.method.withdrawAppeal, { onSuccess: () => onChanged(t('appeal.states.withdrawn')) })
  return (
    <div className="stack">
      <Failure error={withdraw.error} />
      <div className="actions">
        <Popconfirm title={t('appeal.withdrawTitle')} description={t('appeal.withdrawHow')} okText={t('appeal.withdraw')} cancelText={t('app.cancel')} onConfirm={() => withdraw.mutate({ id: a.id })}>
          <Button loading={withdraw.isPending}>{t('appeal.withdraw')}</Button>
        </Popconfirm>
      </div>
    </div>
  )
}

function Decide({ appeal: a, onChanged }: Props) {
  const { t } = useTranslation()
  const [granted, setGranted] = useState<boolean>()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const decide = useMutation(AppealService.method.decideAppeal, { onSuccess: () => onChanged(t('appeal.done')) })
  const ready = granted !== undefined && [...reason.trim()].length >= 2
  const send = () => {
    setTried(true)
    if (ready) decide.mutate({ id: a.id, granted, reason: reason.trim() })
  }
  const options = [
    { value: true, label: a.ownerName ? t('appeal.grantFrom', { name: a.personName, owner: a.ownerName }) : t('appeal.grant', { name: a.personName }), closed: a.needsHeadOffice },
    { value: false, label: t('appeal.refuse'), closed: false },
  ]
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
      <div className="field">
        <span className="label" id="a-outcome">{t('appeal.decideTitle')}</span>
        <div className="choices" role="radiogroup" aria-labelledby="a-outcome">
          {options.map((o) => <label className="choice" key={String(o.value)}><input type="radio" name="outcome" disabled={o.closed} checked={granted === o.value} onChange={() => setGranted(o.value)} /><span>{o.label}</span></label>)}
        </div>
        {a.needsHeadOffice && <p className="quiet small">{t('appeal.needsOffice')}</p>}
      </div>
      <div className="field">
        <label htmlFor="a-why">{t('appeal.why')}</label>
        <Input.TextArea id="a-why" rows={2} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('appeal.whyHint')} />
        {tried && !ready && <Wrong text={t('appeal.whyNeed')} />}
      </div>
      <Failure error={decide.error} />
      <div className="actions"><Button type="primary" htmlType="submit" loading={decide.isPending}>{t('appeal.decide')}</Button></div>
    </form>
  )
}
