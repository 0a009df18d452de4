import { Popover } from 'antd'
import { useTranslation } from 'react-i18next'

/** A rule's code with the marks that stand close to it. */
const code = /([(（]?[A-Z]{3}-\d{2}[)）.,:;，。：；]*)/

/** The code of a rule that says what the rule is when it is touched. */
export function RuleCode({ rule }: { rule: string }) {
  const { t } = useTranslation()
  const text = t(`rules.texts.${rule}` as 'rules.texts.LIF-03', { defaultValue: '' })
  if (!text) return <span className="mono nowrap">{rule}</span>
  return (
    <Popover trigger="click" title={rule} content={<p className="rule-popover">{text}</p>}>
      <button type="button" className="rule-code mono" aria-label={t('rules.texts.what', { rule })}>{rule}</button>
    </Popover>
  )
}

/** By which rule, and which version of the rules, a sentence beside it was decided. */
export function RuledBy({ rule, version }: { rule: string; version: number }) {
  const { t } = useTranslation()
  return <small className="ruled-by quiet"><RuleCode rule={rule} /> {t('why.version', { version })}</small>
}

/** A sentence in which the rules' codes can be asked what they are. */
export function RuleText({ children }: { children: string }) {
  return <>{children.split(code).map((part, i) => {
    const [, before, rule, after] = /^(.?)([A-Z]{3}-\d{2})(.*)$/.exec(part) ?? []
    return rule ? <span key={i} className="nowrap">{before}<RuleCode rule={rule} />{after}</span> : part
  })}</>
}
