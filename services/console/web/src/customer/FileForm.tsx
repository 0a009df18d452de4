// The fields of a VIP file. Reason and mend stand at the field while typing: the
// server is asked, so that the rule is written once.
import { create } from '@bufbuild/protobuf'
import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { FileFieldsSchema, Sex, type FileFields } from '@changke/gen/customer/v1/customer'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Input } from 'antd'
import { useRef, useState, type CompositionEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useDebounced } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { RuleCode } from '../ui/RuleText.tsx'
import type { FormFields } from './drafts.ts'
import { fieldNamed, fieldOrder, type FieldName } from './words.ts'

/** A finding at a field. */
export interface Finding {
  rule: string
  message: string
}

/** Findings by field. */
export type Findings = Partial<Record<FieldName, Finding>>

/** An empty form. */
export const emptyFields: FormFields = {
  name: '', nameInsisted: false, sex: Sex.UNSPECIFIED, number: '', howKnown: '', employer: '', jobTitle: '', address: '', birthday: '', taste: '', favourites: '', taboos: '', invoiceTitle: '', consent: false,
}

/** The form's fields of a file. */
export function formOf(fields: FileFields | undefined): FormFields {
  return Object.fromEntries((Object.keys(emptyFields) as (keyof FormFields)[]).map((name) => [name, fields?.[name] ?? emptyFields[name]])) as unknown as FormFields
}

/** The message of a form. */
export const messageOf = (fields: FormFields) => create(FileFieldsSchema, { ...fields, name: fields.name.trim(), number: fields.number.trim() })

/** Asks the server about the fields 400 ms after the last key, never in the middle of a pinyin input. */
export function useFindings(storeId: string, fields: FormFields, fileId = ''): [Findings, { onCompositionStart(): void; onCompositionEnd(e: CompositionEvent): void }] {
  const [composing, setComposing] = useState(false)
  const stable = useRef(fields)
  if (!composing) stable.current = fields
  const checked = useDebounced(stable.current, 400)
  const filled = fieldOrder.some(([, name]) => name !== 'consent' && name !== 'sex' && checked[name])
  const { data } = useQuery(CustomerService.method.checkFile, { storeId, fileId, fields: messageOf(checked) }, { enabled: filled && storeId !== '', placeholderData: keepPreviousData, gcTime: 0, staleTime: Infinity })
  const findings: Findings = {}
  for (const f of filled ? (data?.findings ?? []) : []) {
    const name = fieldNamed(f.field)
    if (name && fields[name]) findings[name] ??= f
  }
  return [findings, { onCompositionStart: () => setComposing(true), onCompositionEnd: () => setComposing(false) }]
}

const areas: FieldName[] = ['taste', 'favourites', 'taboos']
const needed: FieldName[] = ['name', 'sex', 'number', 'howKnown']

interface FieldsProps {
  names: readonly FieldName[]
  values: FormFields
  set(name: keyof FormFields, value: FormFields[keyof FormFields]): void
  findings: Findings
  /** What the reviewer said at a field. */
  reviewed?: Findings
  /** Fields that still keep the file from being submitted. */
  missing?: readonly FieldName[]
  /** The number on file, masked, when it need not be typed again. */
  masked?: string
  composition: object
}

/** Some of the fields, each with its help and what is wrong with it. */
export function Fields(props: FieldsProps) {
  const { t } = useTranslation()
  const { values, set } = props
  return (
    <div className="fields">
      {props.names.map((name) => {
        const finding = props.findings[name]
        const said = props.reviewed?.[name]
        const id = `f-${name}`
        const common = { id, 'aria-invalid': finding ? true : undefined, 'aria-describedby': `${id}-note`, status: finding ? ('error' as const) : undefined }
        const text = { ...common, ...props.composition, value: String(values[name] ?? ''), onChange: (e: { target: { value: string } }) => set(name, e.target.value) }
        const insist = name === 'name' && (values.nameInsisted || finding?.rule === 'CUS-06')
        let input: ReactNode
        if (name === 'sex') {
          input = (
            <div className="choices" role="radiogroup" aria-labelledby={`${id}-label`}>
              {([Sex.MALE, Sex.FEMALE] as const).map((sex) => (
                <label className="choice" key={sex}>
                  <input type="radio" name="sex" checked={values.sex === sex} onChange={() => set('sex', sex)} />
                  <span>{t(sex === Sex.MALE ? 'file.male' : 'file.female')}</span>
                </label>
              ))}
            </div>
          )
        } else if (name === 'consent') {
          input = (
            <label className="row consent" htmlFor={id}>
              <input type="checkbox" id={id} checked={values.consent} onChange={(e) => set('consent', e.target.checked)} aria-describedby={`${id}-note`} />
              <span>{t('file.consentText')}</span>
            </label>
          )
        } else if (name === 'birthday') {
          input = <input className="native" type="date" {...{ ...text, status: undefined }} min="1900-01-01" max={new Date().toISOString().slice(0, 10)} />
        } else if (areas.includes(name)) {
          input = <Input.TextArea {...text} rows={2} maxLength={300} placeholder={t(`file.hints.${name as 'taste'}`)} />
        } else {
          input = <Input {...text} type={name === 'number' ? 'tel' : 'text'} inputMode={name === 'number' ? 'tel' : undefined} autoComplete="off" maxLength={name === 'name' ? 60 : 120} placeholder={name === 'number' && props.masked ? props.masked : t(`file.hints.${name as 'name'}`)} />
        }
        return (
          <div className={`field f-${name}`} key={name}>
            <label htmlFor={name === 'sex' ? undefined : id} id={`${id}-label`}>
              {t(`file.${name}`)}
              {needed.includes(name) && <span className="must" aria-hidden="true">*</span>}
              {props.missing?.includes(name) && <span className="text-soon small">{t('file.stillMissing')}</span>}
            </label>
            {input}
            <div id={`${id}-note`} aria-live="polite">
              {finding ? (
                <p className="wrong"><Icon name="alert" size={16} /><span>{finding.message}</span>{finding.rule && <span className="rule"><RuleCode rule={finding.rule} /></span>}</p>
              ) : said ? (
                <p className="text-soon small">{t('file.reviewerSaid', { reason: said.message })}</p>
              ) : null}
              {name === 'number' && props.masked && !finding && <p className="help">{t('file.numberKept')}</p>}
            </div>
            {insist && (
              <label className="row tick small">
                <input type="checkbox" checked={values.nameInsisted} onChange={(e) => set('nameInsisted', e.target.checked)} />
                {t('file.insist')}
              </label>
            )}
          </div>
        )
      })}
    </div>
  )
}

/** An id made on this device; also where the page came over plain HTTP in the store's own net. */
export function newId(): string {
  const b = crypto.getRandomValues(new Uint8Array(16))
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80
  const hex = [...b].map((n) => n.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
