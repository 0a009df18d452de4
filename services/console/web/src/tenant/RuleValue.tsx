import { FieldKind, type RuleField } from '@changke/gen/tenant/v1/tenant'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../ui/hooks.ts'
import { clock } from './values.ts'

/** A value with its unit. */
export function RuleValue({ field, value }: { field: RuleField; value: bigint }) {
  const { t } = useTranslation()
  const words = useFieldWords()
  if (field.kind === FieldKind.BOOL) return <>{t(value === 1n ? 'rules.yes' : 'rules.no')}</>
  if (field.kind === FieldKind.TIME) return <>{clock(value)}</>
  return <>{String(value)}{field.unit && <> {words(field).unit}</>}</>
}

/** A field's words: the server's in Chinese, our own by its key in other languages, as far as we have them. */
export function useFieldWords(): (field: RuleField) => { label: string; help: string; unit: string } {
  const lang = useLanguage()
  return (field) => {
    if (lang === 'zh-CN') return field
    const word = (part: string, otherwise: string) => i18next.t(`${part}` as 'app.name', { defaultValue: otherwise })
    const key = field.key.replaceAll('.', '_')
    return { label: word(`rules.fields.${key}.label`, field.label), help: word(`rules.fields.${key}.help`, field.help), unit: word(`rules.units.${field.unit}`, field.unit) }
  }
}
