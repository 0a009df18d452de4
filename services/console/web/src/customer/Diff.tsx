import type { FileFields } from '@changke/gen/customer/v1/customer'
import type { TemplateField } from '@changke/gen/customer/v1/template'
import { FieldKind } from '@changke/gen/customer/v1/template'
import { useTranslation } from 'react-i18next'
import { useShown } from './FileTab.tsx'

/** The value of a field in words, the number among them. */
export function useValue(): (field: TemplateField, fields: FileFields | undefined) => string {
  const shown = useShown()
  return (field, fields) => (field.kind === FieldKind.NUMBER ? fields?.number ?? '' : shown(field, fields))
}

/** What a field was and what it shall be, one above the other; only what differs stands out. */
export function Diff({ field, before, after }: { field: TemplateField; before: FileFields | undefined; after: FileFields | undefined }) {
  const { t } = useTranslation()
  const value = useValue()
  return (
    <span className="diff">
      <del><span className="visually-hidden">{t('change.was')} </span>{value(field, before) || t('file.notFilled')}</del>
      <ins><span className="visually-hidden">{t('change.becomes')} </span>{value(field, after) || t('file.notFilled')}</ins>
    </span>
  )
}
