import { FieldKind, type RuleField } from '@changke/gen/tenant/v1/tenant'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip } from '../ui/parts.tsx'
import { clock, type Change } from './values.ts'

/** A field's words in the language in use; the server knows both. */
export function useFieldWords(): (field: RuleField) => { label: string; help: string; unit(n: bigint): string; choices: string[] } {
  const english = useLanguage() === 'en'
  return (field) =>
    english
      ? { label: field.labelEn, help: field.helpEn, unit: (n) => (n === 1n ? field.unitEn.replace(/s$/, '') : field.unitEn), choices: field.choices.map((c) => c.textEn) }
      : { label: field.label, help: field.help, unit: () => field.unit, choices: field.choices.map((c) => c.text) }
}

/** Writes a value with its unit. */
export function useShow(): (field: RuleField, value: bigint) => string {
  const { t } = useTranslation()
  const words = useFieldWords()
  return (field, value) => {
    if (field.kind === FieldKind.BOOL) return t(value === 1n ? 'rules.yes' : 'rules.no')
    if (field.kind === FieldKind.TIME) return clock(value)
    if (field.kind === FieldKind.PERCENT) return `${value}%`
    if (field.kind === FieldKind.DAY) return t('rules.dayOfMonth', { day: Number(value) })
    if (field.kind === FieldKind.PICK) return words(field).choices[Number(value)] ?? String(value)
    return [String(value), words(field).unit(value)].filter(Boolean).join(' ')
  }
}

/** What changed, one line each: the field, where, before and after. */
export function Changes({ changes, foot }: { changes: Change[]; foot?: (change: Change) => string }) {
  const { t } = useTranslation()
  const words = useFieldWords()
  const show = useShow()
  const nameOf = useStoreName()
  const said = (change: Change, value: bigint | undefined) => (value === undefined ? t('rules.asChain') : show(change.field, value))
  return (
    <ul className="changes">
      {changes.map((c) => (
        <li key={`${c.storeId}/${c.field.key}`}>
          <b>{words(c.field).label}</b>
          {c.storeId && <Chip>{nameOf(c.storeId)}</Chip>}
          <span className="from-to"><span className="second">{said(c, c.from)}</span> <Icon name="right" size={14} /> <b>{said(c, c.to)}</b></span>
          {foot && <small className="quiet">{foot(c)}</small>}
        </li>
      ))}
    </ul>
  )
}

/** A store's name, or that it is one out of reach. */
export function useStoreName(): (id: string) => string {
  const { t } = useTranslation()
  const { nameOf } = useStores()
  return (id) => nameOf(id) || t('rules.otherStore')
}
