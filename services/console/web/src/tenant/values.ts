import { FieldKind, type RuleDraft, type RuleField, type RuleSet } from '@changke/gen/tenant/v1/tenant'

/** Values by field; a missing key means the default, in a store the chain's. */
export type Values = Record<string, bigint>

/** Values by place: a store's id, or '' for the chain. */
export type Places = Record<string, Values>

/** The version in force on a day, as the server picks it: the newest of those that have begun. */
export function inForce(sets: RuleSet[], day: string): RuleSet | undefined {
  return sets.filter((s) => s.effectiveDate <= day).sort((a, b) => b.version - a.version)[0]
}

/** What became of a version. */
export type Standing = 'inForce' | 'toCome' | 'withdrawn' | 'replaced' | 'past'

/** How a version stands on a day. One that was replaced before its day never counted. */
export function standingOf(set: RuleSet, sets: RuleSet[], day: string): Standing {
  if (sets.some((s) => s.withdraws === set.version)) return 'withdrawn'
  if (inForce(sets, day) === set) return 'inForce'
  const later = sets.filter((s) => s.version > set.version)
  if (later.some((s) => s.effectiveDate <= set.effectiveDate)) return 'replaced'
  return set.effectiveDate > day ? 'toCome' : 'past'
}

/** Minutes after midnight as HH:MM. */
export function clock(minutes: bigint): string {
  return `${String(minutes / 60n).padStart(2, '0')}:${String(minutes % 60n).padStart(2, '0')}`
}

/** A typed text as the field's value; undefined when it is none or out of bounds. */
export function parseValue(field: RuleField, text: string): bigint | undefined {
  let value: bigint
  if (field.kind === FieldKind.TIME) {
    const [, h, m] = /^(\d{1,2})[:：](\d{2})$/.exec(text.trim()) ?? []
    if (h === undefined || m === undefined || Number(m) > 59) return undefined
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

/** The values of a version, place by place. */
export function placesOf(set: RuleSet | undefined): Places {
  return { '': set?.values ?? {}, ...Object.fromEntries((set?.stores ?? []).map((s) => [s.storeId, s.values])) }
}

/** What binds a place: the store's own value, else the chain's, else the rulebook's. */
export function valueAt(field: RuleField, places: Places, place: string): bigint {
  const own = place && field.storeMayOverride ? places[place]?.[field.key] : undefined
  return own ?? places['']?.[field.key] ?? field.default
}

/** One difference between two versions; of a store undefined = as the chain. */
export interface Change {
  field: RuleField
  storeId: string
  from: bigint | undefined
  to: bigint | undefined
}

/** What differs between two versions, by place and field, the chain's first. */
export function changesOf(fields: RuleField[], base: Places, other: Places): Change[] {
  const changes: Change[] = []
  for (const storeId of new Set(['', ...Object.keys(base), ...Object.keys(other)])) {
    for (const field of fields) {
      const fallback = storeId ? undefined : field.default
      const from = base[storeId]?.[field.key] ?? fallback
      const to = other[storeId]?.[field.key] ?? fallback
      if (from !== to) changes.push({ field, storeId, from, to })
    }
  }
  return changes
}

/** A version with the edits of a draft on it. */
export function drafted(base: Places, draft: RuleDraft | undefined): Places {
  const places = structuredClone(base)
  for (const edit of draft?.edits ?? []) put(places, edit.storeId, edit.key, edit.value)
  return places
}

/** Sets a value of a place; undefined takes it away. */
export function put(places: Places, place: string, key: string, value: bigint | undefined) {
  const values = (places[place] ??= {})
  if (value === undefined) delete values[key]
  else values[key] = value
}

/** Two values that don't go together in a place: `field` lies below `low`. */
export interface Contradiction {
  field: RuleField
  low: RuleField
  storeId: string
  value: bigint
  lowValue: bigint
}

/** What keeps a draft from being published; the server finds the same. */
export function contradictionsOf(fields: RuleField[], places: Places): Contradiction[] {
  const found: Contradiction[] = []
  for (const storeId of Object.keys(places)) {
    for (const field of fields) {
      const low = fields.find((f) => f.key === field.notBelow)
      if (!low || (storeId && places[storeId]?.[field.key] === undefined && places[storeId]?.[low.key] === undefined)) continue
      const [value, lowValue] = [valueAt(field, places, storeId), valueAt(low, places, storeId)]
      if (value < lowValue) found.push({ field, low, storeId, value, lowValue })
    }
  }
  return found
}

/** Fields by the chapter of the rulebook, i.e. the letters of their rule. */
export function chaptersOf(fields: RuleField[]): [string, RuleField[]][] {
  const chapters = new Map<string, RuleField[]>()
  for (const field of fields) {
    const chapter = field.rule.split('-')[0] ?? ''
    chapters.set(chapter, [...(chapters.get(chapter) ?? []), field])
  }
  return [...chapters]
}
