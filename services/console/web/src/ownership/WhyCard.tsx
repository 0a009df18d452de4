import type { Decision } from '@changke/gen/ownership/v1/ownership'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Go } from '../ui/parts.tsx'
import { ruleName } from './words.ts'
import '../customer/customers.css'

/** Why: the sentence, the rule and its version, and the evidence it rests on. */
export function WhyCard({ decision: d, linked }: { decision: Decision; linked?: boolean }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const mayOpen = useCan('customer.read')
  return (
    <article className="card why" data-testid="why">
      <header>
        <Chip tone="accent">{ruleName(t, d.rule)}</Chip>
        <span className="mono">{d.rule}</span>
        <span>{t('why.version', { version: d.ruleVersion })}</span>
        <span>{t('why.from', { date: formatDate(d.effectiveDate, lang) })}</span>
      </header>
      {linked && (mayOpen ? <Go to={`/customers/${d.fileId}?tab=ownership`} className="strong">{d.guestName}</Go> : <span className="strong">{d.guestName}</span>)}
      <p lang="zh-CN">{d.sentence}</p>
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
            <div key={i} style={{ display: 'contents' }}><dt lang="zh-CN">{e.label}</dt><dd lang="zh-CN">{e.value}</dd></div>
          ))}
        </dl>
      )}
    </article>
  )
}
