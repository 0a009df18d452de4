import { Sex, type Customer } from '@changke/gen/customer/v1/customer'
import { useTranslation } from 'react-i18next'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { fieldNamed, type FieldName } from './words.ts'

const groups: { key: 'work' | 'taste' | 'other'; fields: FieldName[] }[] = [
  { key: 'work', fields: ['employer', 'jobTitle', 'address'] },
  { key: 'taste', fields: ['birthday', 'taste', 'favourites', 'taboos'] },
  { key: 'other', fields: ['howKnown', 'invoiceTitle', 'consent'] },
]

/** 档案: the fields as they hold, and which are still missing. */
export function FileTab({ customer }: { customer: Customer }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const fields = customer.fields
  const missing = customer.missing.map(fieldNamed).filter((name) => name !== undefined)
  const show = (name: FieldName): string => {
    switch (name) {
      case 'sex': return fields?.sex === Sex.MALE ? t('file.male') : fields?.sex === Sex.FEMALE ? t('file.female') : ''
      case 'birthday': return formatDate(fields?.birthday ?? '', lang, 0)
      case 'consent': return fields?.consent ? t('file.consentYes') : t('file.consentNo')
      default: return fields?.[name] ?? ''
    }
  }
  return (
    <div className="stack">
      {missing.length > 0 && (
        <p className="notice"><Icon name="alert" size={18} />{t(customer.imported ? 'file.importedMissing' : 'file.missing', { fields: joinWords(missing.map((name) => t(`file.${name}`)), lang) })}</p>
      )}
      {groups.map((group) => (
        <section key={group.key} className="card">
          <div className="card-head"><h2>{t(`file.groups.${group.key}`)}</h2></div>
          <dl className="facts card-body">
            {group.fields.map((name) => (
              <div key={name}>
                <dt>{t(`file.${name}`)}</dt>
                <dd>{show(name) || <span className="quiet">{t('file.notFilled')}</span>}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}
