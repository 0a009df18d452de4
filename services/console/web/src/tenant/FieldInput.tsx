import { FieldKind, type RuleField } from '@changke/gen/tenant/v1/tenant'
import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useFieldWords, useShow } from './RuleValue.tsx'
import { textOf } from './values.ts'

interface Props {
  field: RuleField
  id: string
  text: string
  bad: boolean
  /** In a store: what holds while the text is empty. */
  inherited: bigint | undefined
  onChange(text: string): void
}

/** Where a value is typed or picked, by its kind. */
export function FieldInput({ field, id, text, bad, inherited, onChange }: Props) {
  const { t } = useTranslation()
  const words = useFieldWords()
  const show = useShow()
  if (field.kind === FieldKind.BOOL || field.kind === FieldKind.PICK) {
    const choices = field.kind === FieldKind.BOOL ? [t('rules.no'), t('rules.yes')] : words(field).choices
    return (
      <select className="native" id={id} value={text} onChange={(e) => onChange(e.target.value)} aria-invalid={bad}>
        {inherited !== undefined && <option value="">{t('rules.asChainIs', { value: show(field, inherited) })}</option>}
        {choices.map((choice, i) => <option key={i} value={String(i)}>{choice}</option>)}
      </select>
    )
  }
  const unit = field.kind === FieldKind.PERCENT ? '%' : field.kind === FieldKind.DAY ? t('rules.day') : words(field).unit(BigInt(/^\d+$/.test(text) ? text : 2))
  return <Input id={id} value={text} onChange={(e) => onChange(e.target.value)} suffix={unit || undefined} status={bad ? 'error' : undefined} aria-invalid={bad} inputMode={field.kind === FieldKind.TIME ? undefined : 'numeric'} placeholder={inherited === undefined ? undefined : textOf(field, inherited)} />
}
