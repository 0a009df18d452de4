import type { Decision } from '@changke/gen/ownership/v1/ownership'
import { useTranslation } from 'react-i18next'
import { formatDate } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Chip } from '../ui/parts.tsx'

/** A decision in one line: the day, the rule, the sentence; behind it what it rests on. */
export function Told({ decision }: { decision: Decision }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  return (
    <details className="told">
      <summary>
        <span className="told-line"><b>{formatDate(decision.effectiveDate, lang)}</b> <Chip>{decision.rule}</Chip> <small className="quiet">{t('why.version', { version: decision.ruleVersion })}</small></span>
        <span>{said(decision.sentence, decision.sentenceEn)}</span>
      </summary>
      {decision.evidence.length > 0 && <dl aria-label={t('past.evidence')}>{decision.evidence.map((e, i) => <div key={i}><dt>{said(e.label, e.labelEn)}</dt><dd>{said(e.value, e.valueEn)}</dd></div>)}</dl>}
    </details>
  )
}
