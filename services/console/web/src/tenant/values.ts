import { FieldKind, type RuleField, type RuleSet } from '@changke/gen/tenant/v1/tenant'

/** Values by field; a missing key means the default. */
export type Values = Record<string, bigint>

/** The version in force on a day: the newest whose date has come. `sets` are newest first. */
export function inForce(sets: RuleSet[], day: string): RuleSet | undefined {
  return sets.filter((s) => s.effectiveDate <= day).sort((a, b) => b.effectiveDate.localeCompare(a.effectiveDate) || b.version - a.version)[0]
}

/** Minutes after midnight as HH:MM. */
export function clock(minutes: bigint): string {
  return `${String(minutes / 60n).padStart(2, '0')}:${String(minutes % 60n).padStart(2, '0')}`
}

/** A typed text as the field's value; undefined when it is none or out of bounds. */
export function parseValue(field: RuleField, text: string): bigint | undefined {
  let value: bigint
  if (field.kind === FieldKind.TIME) {
    const [, h, m] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? []
    if (h === undefined || m === undefined) return undefined
    value = BigInt(h) * 60n + BigInt(m)
  } else {
    if (!/^-?\d{1,15}$/.test(text.trim())) return undefined
    value = BigInt(text.trim())
  }
  return value >= field.min && value <= field.max ? value : undefined
}

/** A value as it is typed. */
export function textOf(field: RuleField, value: bigint): string {
  return field.kind === FieldKind.TIME ? clock(value) : String(value)
}

/** The values of a set for a place: of the chain when `storeId` is empty, else of the store alone. */
export function valuesOf(set: RuleSet | undefined, storeId: string): Values {
  if (!set) return {}
  return storeId ? (set.stores.find((s) => s.storeId === storeId)?.values ?? {}) : set.values
}

/** One difference between two sets. */
export interface Change {
  field: RuleField
  storeId: string
  from: bigint | undefined
  to: bigint | undefined
}

/** What a draft changes against a base, by place and field. */
export function changesOf(fields: RuleField[], base: Record<string, Values>, draft: Record<string, Values>): Change[] {
  const changes: Change[] = []
  for (const storeId of new Set([...Object.keys(base), ...Object.keys(draft)])) {
    for (const field of fields) {
      const fallback = storeId ? undefined : field.default
      const from = base[storeId]?.[field.key] ?? fallback
      const to = draft[storeId]?.[field.key] ?? fallback
      if (from !== to) changes.push({ field, storeId, from, to })
    }
  }
  return changes
}
