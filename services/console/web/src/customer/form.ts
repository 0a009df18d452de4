// What a form of a VIP file is made of: the chain's template says which fields,
// in which order; FileFields holds their values.
import { create } from '@bufbuild/protobuf'
import { FileFieldsSchema, Sex, type Customer, type FileFields } from '@changke/gen/customer/v1/customer'
import { TemplateService } from '@changke/gen/customer/v1/template_service'
import { FieldGroup, FieldKind, type Template, type TemplateField } from '@changke/gen/customer/v1/template'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useSaid } from '../ui/hooks.ts'
import type { FormFields } from './drafts.ts'

/** A version of the chain's template, the one in force by default. Versions never change. */
export function useTemplate(version = 0): Template | undefined {
  const { data } = useQuery(TemplateService.method.getTemplate, { version }, { staleTime: version > 0 ? Infinity : 60_000 })
  return data?.template
}

/** Whether a field is one of the chain's own. */
export const isOwn = (name: string) => name.startsWith('x_')

/** Key of a field in our forms and words: "job_title" → jobTitle; own ones as they are. */
export const keyOf = (name: string) => (isOwn(name) ? name : name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase()))

/** Key under which a form holds the value of a field: a birthday may be lunar, or without a year. */
export const valueKey = (key: string) => (key === 'birthday' ? 'birthdayDay' : key) as keyof FormFields

/** Key of a field by the server's path for it, however it is spelt: "fields.job_title", "anniversaries[0].label". */
export function keyAt(path: string): string {
  return keyOf(/^(?:fields\.)?(\w+)/.exec(path)?.[1] ?? path)
}

/** The name of a field as people read it. */
export function useLabel(): (field: TemplateField) => string {
  const { t } = useTranslation()
  const said = useSaid()
  return (field) => {
    const own = said(field.label, field.labelEn || field.label)
    return isOwn(field.name) ? own : t(`file.${keyOf(field.name)}` as 'file.name', { defaultValue: own })
  }
}

// The one help that the first template says, which a chain may replace by its own.
const nameHelp = '身份证上的全名，不要写“王总”“李姐”。'

/** What helps to fill in a field; the first template's in the language in use. */
export function useHelp(): (field: TemplateField) => string {
  const { t } = useTranslation()
  return (field) => (field.help === nameHelp ? t('file.nameHelp') : field.help)
}

/** The form's fields of a file. */
export function formOf(fields: FileFields | undefined): FormFields {
  const { $typeName: _, $unknown: __, ...plain } = fields ?? create(FileFieldsSchema)
  return { ...plain, extra: { ...plain.extra } }
}

/** What is written of a file: of an approved one its open revision, while the old values hold. */
export const writtenOf = (customer: Customer | undefined): FormFields => formOf(customer?.revision?.fields ? { ...customer.revision.fields, number: '' } : customer?.fields)

/** The message of a form. */
export const messageOf = (fields: FormFields): FileFields => create(FileFieldsSchema, { ...fields, name: fields.name.trim(), number: fields.number.trim() })

/** Whether nothing is filled in at a field. The number of a file on the server is there without being shown. */
export function isEmpty(field: TemplateField, values: FormFields, numberKept = false): boolean {
  const key = keyOf(field.name)
  switch (field.kind) {
    case FieldKind.REFERRER: return false
    case FieldKind.NUMBER: return !numberKept && !values.number.trim()
    case FieldKind.SEX: return values.sex === Sex.UNSPECIFIED
    case FieldKind.BIRTHDAY: return !values.birthdayDay && !values.birthday
    case FieldKind.DAY: return !values[key as 'weddingDay']
  }
  const value = isOwn(field.name) ? values.extra[field.name] : values[key as keyof FormFields]
  return Array.isArray(value) ? value.length === 0 : typeof value === 'string' ? !value.trim() : !value
}

/** Names of the groups of stage 2, in the order of the form. */
export const groupKeys = ['basic', 'work', 'days', 'taste', 'other'] as const

/** The fields of a stage under their headings, both in the template's order. */
export function groupsOf(template: Template, stage: number): { key: (typeof groupKeys)[number]; fields: TemplateField[] }[] {
  const out: { key: (typeof groupKeys)[number]; fields: TemplateField[] }[] = []
  for (const field of template.fields.filter((f) => f.stage === stage)) {
    const key = groupKeys[field.group - FieldGroup.BASIC] ?? 'other'
    const group = out.find((g) => g.key === key)
    if (group) group.fields.push(field)
    else out.push({ key, fields: [field] })
  }
  return out
}

/** How far a stage is: required fields filled, of how many; where none is required, all count. What is wrong is not done, whichever field it is. */
export function progressOf(template: Template, stage: number, values: FormFields, numberKept: boolean, wrong: readonly TemplateField[] = []): { done: number; of: number } {
  const all = template.fields.filter((f) => f.stage === stage && f.kind !== FieldKind.REFERRER)
  const required = all.some((f) => f.required) ? all.filter((f) => f.required) : all
  const counted = [...new Set([...required, ...wrong])]
  return { done: counted.filter((f) => !wrong.includes(f) && !isEmpty(f, values, numberKept)).length, of: counted.length }
}
