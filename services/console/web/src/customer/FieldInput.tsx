import { NumberKind, Sex, type CalendarDate } from '@changke/gen/customer/v1/customer'
import { FieldKind, type TemplateField } from '@changke/gen/customer/v1/template'
import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useMe } from '../app/me.tsx'
import type { FormFields } from './drafts.ts'
import { AnniversariesField } from './AnniversariesField.tsx'
import { DayField } from './DayField.tsx'
import type { Returns } from './FileForm.tsx'
import { isOwn, keyOf, valueKey } from './form.ts'

/** How a form changes: one or more fields at once. */
export type SetFields = (values: Partial<FormFields>) => void

interface Props {
  field: TemplateField
  values: FormFields
  set: SetFields
  id: string
  wrong: boolean
  /** The number on file, masked, when it need not be typed again. */
  masked?: string
  /** Of an input method: findings wait until a word is whole. */
  composition?: object
  /** When its dates are kept next. */
  days?: Returns
  /** The store takes PHS numbers: their kind is asked for. */
  acceptsPhs?: boolean
  autoFocus?: boolean
}

/** The input of one field, by its kind. */
export function FieldInput({ field, values, set, id, wrong, masked, composition, days, acceptsPhs, autoFocus }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const key = keyOf(field.name)
  const own = isOwn(field.name)
  const value = String((own ? values.extra[field.name] : values[key as keyof FormFields]) ?? '')
  const write = (text: string) => set(own ? { extra: { ...values.extra, [field.name]: text } } : { [key]: text })
  const common = { id, 'aria-invalid': wrong ? true : undefined, 'aria-required': field.required || undefined, 'aria-describedby': `${id}-note`, autoFocus }
  const text = { ...common, ...composition, value, onChange: (e: { target: { value: string } }) => write(e.target.value) }
  const hint = own ? '' : t(`file.hints.${key}` as 'file.hints.name', { defaultValue: '' })
  const max = (field.limit || 60) + 20
  const radios = (options: { value: string; label: string }[], now: string, pick: (value: string) => void) => (
    <div className="choices" role="radiogroup" aria-labelledby={`${id}-label`} aria-describedby={`${id}-note`}>
      {options.map((o) => (
        <label className="choice" key={o.value}>
          <input type="radio" name={id} checked={now === o.value} onChange={() => pick(o.value)} onClick={() => now === o.value && !field.required && pick('')} />
          <span>{o.label}</span>
        </label>
      ))}
    </div>
  )
  switch (field.kind) {
    case FieldKind.SEX:
      return radios([{ value: String(Sex.MALE), label: t('file.male') }, { value: String(Sex.FEMALE), label: t('file.female') }], String(values.sex), (v) => set({ sex: Number(v) as Sex }))
    case FieldKind.REFERRER:
      return <p className="referrer" id={id}>{t('file.referrerIsYou', { name: me.person?.name })}</p>
    case FieldKind.NUMBER:
      return (
        <div className="number">
          {(acceptsPhs || values.numberKind === NumberKind.PHS) && (
            <div className="choices" role="radiogroup" aria-label={t('file.numberKind')}>
              {[NumberKind.UNSPECIFIED, NumberKind.PHS].map((kind) => (
                <label className="choice" key={kind}>
                  <input type="radio" name={`${id}-kind`} checked={values.numberKind === kind} onChange={() => set({ numberKind: kind })} />
                  <span>{t(kind === NumberKind.PHS ? 'file.phs' : 'file.mobile')}</span>
                </label>
              ))}
            </div>
          )}
          <Input {...text} status={wrong ? 'error' : undefined} type="tel" inputMode="tel" autoComplete="off" maxLength={40} enterKeyHint="next" placeholder={masked || (values.numberKind === NumberKind.PHS ? t('file.phsHint') : hint)} />
        </div>
      )
    case FieldKind.CONSENT:
      return (
        <label className="row consent-tick" htmlFor={id}>
          <input type="checkbox" {...common} checked={values.consent} onChange={(e) => set({ consent: e.target.checked })} />
          <span>{t('file.consentText')}</span>
        </label>
      )
    case FieldKind.BIRTHDAY: case FieldKind.DAY:
      return <DayField id={id} value={values[valueKey(key)] as CalendarDate | undefined} next={days?.[field.name]} wrong={wrong} required={field.required} onChange={(day) => set({ [valueKey(key)]: day, ...(field.kind === FieldKind.BIRTHDAY && { birthday: '' }) })} />
    case FieldKind.ANNIVERSARIES:
      return <AnniversariesField id={id} value={values.anniversaries} next={(i) => days?.[`anniversaries[${i}]`]} wrong={wrong} composition={composition} onChange={(anniversaries) => set({ anniversaries })} />
    case FieldKind.DATE:
      return <input className="native" type="date" {...text} min="1900-01-01" max="2199-12-31" />
    case FieldKind.YES_NO:
      return radios([{ value: 'yes', label: t('file.yes') }, { value: 'no', label: t('file.no') }], value, write)
    case FieldKind.CHOICE:
      if (field.choices.length <= 4) return radios(field.choices.map((c) => ({ value: c, label: c })), value, write)
      return (
        <select className="native" {...text}>
          <option value="">{t('file.choose')}</option>
          {field.choices.map((c) => <option key={c} value={c}>{c}</option>)}
        </select>
      )
    case FieldKind.NOTE:
      return <Input.TextArea {...text} status={wrong ? 'error' : undefined} rows={2} maxLength={max} placeholder={hint} />
    default:
      return <Input {...text} status={wrong ? 'error' : undefined} autoComplete="off" maxLength={max} enterKeyHint="next" placeholder={hint} />
  }
}
