import type { Decision } from '@changke/gen/ownership/v1/ownership'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Go } from '../ui/parts.tsx'
import { RuleCode } from '../ui/RuleText.tsx'
import { ruleName } from './words.ts'
import '../customer/customers.css'

/** Why: the sentence, the rule and its version, and the evidence it rests on. */
export function WhyCard({ decision: d, linked, named, children }: { decision: Decision; linked?: boolean; /** With the guest’s name, as no link. */ named?: boolean; children?: ReactNode }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const mayOpen = useCan('customer.read')
  return (
    <article className="card why" data-testid="why">
      <header>
        <Chip tone="accent">{ruleName(t, d.rule)}</Chip>
        <RuleCode rule={d.rule} />
        <span>{t('why.version', { version: d.ruleVersion })}</span>
        <span>{t('why.from', { date: formatDate(d.effectiveDate, lang) })}</span>
      </header>
      {linked && (mayOpen ? <Go to={`/customers/${d.fileId}?tab=ownership`} className="strong">{d.guestName}</Go> : <span className="strong">{d.guestName}</span>)}
      {named && <span className="strong">{d.guestName}</span>}
      <p>{said(d.sentence, d.sentenceEn)}</p>
      {(d.fromName || d.toName) && (
        <div className="move">
          <span>{d.fromName || t('customer.public')}</span>
          <Icon name="right" size={14} />
          <b>{d.toName || t('customer.public')}</b>
        </div>
      )}
      {d.evidence.length > 0 && (
        <dl>
          {d.evidence.map((e, i) => (
            <div key={i} style={{ display: 'contents' }}><dt>{said(e.label, e.labelEn)}</dt><dd>{said(e.value, e.valueEn)}</dd></div>
          ))}
        </dl>
      )}
      {children}
    </article>
  )
}
