// The fields of a VIP file. Reason and mend stand at the field while typing: the
// server is asked, so that the rule is written once.
import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import type { DayReturn } from '@changke/gen/customer/v1/customer'
import { FieldKind, type TemplateField } from '@changke/gen/customer/v1/template'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { useEffect, useRef, useState, type CompositionEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { explain, wordsOf } from '../app/faults.ts'
import { useDebounced } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { RuleCode } from '../ui/RuleText.tsx'
import { plain, type FormFields } from './drafts.ts'
import { FieldInput, type SetFields } from './FieldInput.tsx'
import { keyAt, keyOf, messageOf, useHelp, useLabel, valueKey } from './form.ts'

/** A finding at a field. */
export interface Finding {
  rule: string
  message: string
}

/** Findings by the key of their field. */
export type Findings = Record<string, Finding>

/** What the server refused, at the fields it names. */
export function refused(error: unknown): Findings {
  const findings: Findings = {}
  for (const v of error ? explain(error).violations : []) findings[keyAt(v.field)] ??= v
  return findings
}

/** Takes the writer to the first field that was refused: what is said there needs no second box. */
export function useFirstWrong(error: unknown): void {
  useEffect(() => {
    const first = Object.keys(refused(error)).map((key) => document.getElementById(`f-${key}`) ?? document.getElementById(`f-${key}-label`)).filter((e) => e !== null)
      .sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1))[0]
    first?.scrollIntoView?.({ block: 'center', behavior: 'smooth' })
    first?.focus({ preventScroll: true })
  }, [error])
}

/** When dates are kept next, by where they stand: "birthday", "anniversaries[0]". */
export type Returns = Record<string, DayReturn | undefined>

/** What else the server said of a form, or why it has not. */
export interface Checks {
  /** The store takes PHS numbers: their kind is asked for (CUS-07). */
  acceptsPhs: boolean
  /** Whether the number is on file is told when saving: too many were asked about. */
  numberUnasked: boolean
  /** There is no line: what was typed has not been checked yet. */
  unchecked: boolean
}

/** Asks the server about the fields 400 ms after the last key, never in the middle of a pinyin input. */
export function useFindings(storeId: string, fields: FormFields, fileId = ''): [Findings, { onCompositionStart(): void; onCompositionEnd(e: CompositionEvent): void }, Returns, Checks] {
  const [composing, setComposing] = useState(false)
  const stable = useRef(fields)
  if (!composing) stable.current = fields
  const checked = useDebounced(stable.current, 400)
  const filled = Object.entries(checked).some(([name, value]) => !['consent', 'sex', 'nameInsisted', 'numberKind'].includes(name) && value && !['{}', '[]'].includes(plain(value)))
  const { data, isError, isPaused, isPlaceholderData } = useQuery(CustomerService.method.checkFile, { storeId, fileId, fields: messageOf(checked) }, { enabled: filled && storeId !== '', placeholderData: keepPreviousData, gcTime: 0, staleTime: Infinity })
  const asked = useRef(checked)
  if (data && !isPlaceholderData) asked.current = checked
  const unchecked = filled && (isPaused || isError)
  // Without a line a finding holds only as long as what it was said of: nobody takes it back.
  const holds = (key: string) => !unchecked || plain(asked.current.extra[key] ?? asked.current[valueKey(key)]) === plain(fields.extra[key] ?? fields[valueKey(key)])
  const findings: Findings = {}
  for (const f of filled ? (data?.findings ?? []) : []) {
    const key = keyAt(f.field)
    if (holds(key) && (fields.extra[key] ?? fields[valueKey(key)])) findings[key] ??= f
  }
  return [findings, { onCompositionStart: () => setComposing(true), onCompositionEnd: () => setComposing(false) }, Object.fromEntries((data?.days ?? []).map((d) => [d.field, d.date?.next])), { acceptsPhs: data?.acceptsPhs ?? false, numberUnasked: data?.numberUnasked ?? false, unchecked }]
}

interface FieldsProps {
  fields: readonly TemplateField[]
  values: FormFields
  set: SetFields
  findings: Findings
  /** What the reviewer said at a field. */
  reviewed?: Findings
  /** Keys of fields that still keep the file from being submitted. */
  missing?: readonly string[]
  /** The number on file, masked, when it need not be typed again. */
  masked?: string
  composition: object
  /** When its dates are kept next. */
  days?: Returns
  checks?: Checks
  /** Key of the field to begin with. */
  first?: string
  /** What stands right under a field, by its key. */
  under?: Record<string, ReactNode>
  /** Before the ids of inputs, where a second form stands on the page. */
  prefix?: string
}

/** Some of the fields, each with its help and what is wrong with it. */
export function Fields({ fields, values, set, findings, reviewed, missing, masked, composition, days, checks, first, under, prefix = 'f' }: FieldsProps) {
  const { t } = useTranslation()
  const label = useLabel()
  const helpOf = useHelp()
  return (
    <div className="fields">
      {fields.map((field) => {
        const key = keyOf(field.name)
        const finding = findings[key]
        const said = reviewed?.[key]
        const id = `${prefix}-${key}`
        const insist = field.kind === FieldKind.NAME && (values.nameInsisted || finding?.rule === 'CUS-06')
        const group = field.kind === FieldKind.SEX || field.kind === FieldKind.YES_NO || field.kind === FieldKind.REFERRER || (field.kind === FieldKind.CHOICE && field.choices.length <= 4)
        const help = field.kind === FieldKind.NUMBER && masked ? t('file.numberKept') : helpOf(field)
        return (
          <div className={`field kind-${FieldKind[field.kind].toLowerCase()}`} key={key}>
            <label htmlFor={group ? undefined : id} id={`${id}-label`}>
              {label(field)}
              {field.required && field.kind !== FieldKind.REFERRER && <span className="must" aria-hidden="true">*</span>}
              {missing?.includes(key) && !finding && <span className="text-soon small still">{t('file.stillMissing')}</span>}
            </label>
            <FieldInput field={field} values={values} set={set} id={id} wrong={finding !== undefined} masked={masked} composition={composition} days={days} acceptsPhs={checks?.acceptsPhs} autoFocus={key === first} />
            <div id={`${id}-note`} aria-live="polite">
              {finding ? (
                <p className="wrong"><Icon name="alert" size={16} /><span>{wordsOf(finding)}</span>{finding.rule && !missing?.includes(key) && <span className="rule"><RuleCode rule={finding.rule} /></span>}</p>
              ) : said ? (
                <p className="text-soon small">{t('file.reviewerSaid', { reason: said.message })}</p>
              ) : field.kind === FieldKind.NUMBER && checks?.numberUnasked ? (
                <p className="help">{t('file.numberUnasked')}</p>
              ) : help ? <p className="help">{help}</p> : null}
            </div>
            {under?.[key]}
            {insist && (
              <label className="row tick small">
                <input type="checkbox" checked={values.nameInsisted} onChange={(e) => set({ nameInsisted: e.target.checked })} />
                {t('file.insist')}
              </label>
            )}
          </div>
        )
      })}
      {checks?.unchecked && <p className="help not-checked" role="status"><Icon name="clock" size={14} /> {t('file.unchecked')}</p>}
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
