import { create } from '@bufbuild/protobuf'
import { AnniversarySchema, CalendarDateSchema, type Anniversary, type DayReturn } from '@changke/gen/customer/v1/customer'
import { Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { DayField } from './DayField.tsx'

interface Props {
  value: readonly Anniversary[]
  onChange(value: Anniversary[]): void
  id: string
  /** When each is kept next, by its place; absent while the server has not been asked. */
  next(index: number): DayReturn | undefined
  wrong?: boolean
  composition?: object
}

/** Days of the guest's that have no field of their own, each with a label (CUS-09). */
export function AnniversariesField({ value, onChange, id, next, wrong, composition }: Props) {
  const { t } = useTranslation()
  const put = (index: number, part: Partial<Anniversary>) => onChange(value.map((a, i) => (i === index ? { ...a, ...part } : a)))
  return (
    <div className="anniversaries" role="group" aria-labelledby={`${id}-label`}>
      {value.map((a, i) => (
        // A row has no name but its place.
        <div className="anniversary" key={i}>
          <div className="row">
            <Input {...composition} className="grow" value={a.label} status={wrong && !a.label.trim() ? 'error' : undefined} aria-label={t('day.label')} placeholder={t('day.labelHint')} maxLength={20} autoComplete="off" onChange={(e) => put(i, { label: e.target.value })} />
            <Button onClick={() => onChange(value.filter((_, at) => at !== i))} aria-label={t('day.removeNamed', { label: a.label || i + 1 })}>{t('day.remove')}</Button>
          </div>
          <span id={`${id}-${i}-label`} hidden>{a.label}</span>
          <DayField id={`${id}-${i}`} value={a.date} next={next(i)} wrong={wrong && !next(i)} onChange={(date) => put(i, { date: date ?? create(CalendarDateSchema) })} />
        </div>
      ))}
      <Button onClick={() => onChange([...value, create(AnniversarySchema, { date: {} })])}>{t('day.add')}</Button>
    </div>
  )
}
