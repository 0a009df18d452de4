import { Sex, type CalendarDate, type Customer } from '@changke/gen/customer/v1/customer'
import { FieldKind, type TemplateField } from '@changke/gen/customer/v1/template'
import { useTranslation } from 'react-i18next'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones } from '../ui/parts.tsx'
import { CompleteFile } from './CompleteFile.tsx'
import { formatAnniversaries, formatDay } from './days.ts'
import { groupsOf, isOwn, keyAt, keyOf, useLabel, useTemplate, valueKey } from './form.ts'
import { GuestField } from './Masked.tsx'

/** 档案: the fields as they hold, under the headings of the template that judges them, and which are still missing. */
export function FileTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const label = useLabel()
  const shown = useShown()
  const template = useTemplate(customer.templateVersion)
  if (!template) return <Bones rows={3} h={120} />
  const missing = template.fields.filter((f) => customer.missing.some((name) => keyAt(name) === keyOf(f.name)))
  // The head of the page shows name, sex, number and referrer already.
  const above = [FieldKind.NAME, FieldKind.SEX, FieldKind.NUMBER, FieldKind.REFERRER]
  return (
    <div className="stack">
      {missing.length > 0 && (
        <div className="notice">
          <Icon name="alert" size={18} />
          <div className="stack">
            <p>{t(customer.imported ? 'file.importedMissing' : 'file.missing', { fields: joinWords(missing.map(label), lang) })}</p>
            {customer.imported && <CompleteFile customer={customer} />}
          </div>
        </div>
      )}
      {[...groupsOf(template, 1), ...groupsOf(template, 2)].map((group) => (
        <section key={group.key} className="card">
          <div className="card-head"><h2>{t(`file.groups.${group.key}`)}</h2></div>
          <dl className="facts card-body">
            {group.fields.filter((f) => !above.includes(f.kind)).map((field) => (
              <div key={field.name}>
                <dt>{label(field)}</dt>
                <dd>{field.name === 'birthday' && customer.maskedBirthday ? <GuestField fileId={customer.row?.id ?? ''} what="birthday" masked={customer.maskedBirthday} /> : shown(field, customer.fields) || <span className="quiet">{t('file.notFilled')}</span>}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}

/** The value of a field in words; empty when there is none. */
export function useShown(): (field: TemplateField, fields: Customer['fields']) => string {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (field, fields) => {
    if (!fields) return ''
    const value = String((isOwn(field.name) ? fields.extra[field.name] : fields[keyOf(field.name) as 'name']) ?? '')
    switch (field.kind) {
      case FieldKind.SEX: return fields.sex === Sex.MALE ? t('file.male') : fields.sex === Sex.FEMALE ? t('file.female') : ''
      case FieldKind.BIRTHDAY: case FieldKind.DAY: return formatDay(fields[valueKey(keyOf(field.name))] as CalendarDate | undefined, lang)
      case FieldKind.DATE: return value && formatDate(value, lang, 0)
      case FieldKind.YES_NO: return value && t(value === 'yes' ? 'file.yes' : 'file.no')
      case FieldKind.CONSENT: return t(fields.consent ? 'file.consentYes' : 'file.consentNo')
      case FieldKind.ANNIVERSARIES: return formatAnniversaries(fields.anniversaries, lang)
      default: return value
    }
  }
}
