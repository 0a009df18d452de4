import { TillKind, TillState, type TillImport, type TillMapping } from '@changke/gen/onboarding/v1/till_import'
import type { Tone } from '../ui/parts.tsx'

/** Words and colours of the states of a file. */
export const tillStates: Record<TillState, { word: 'uploading' | 'reading' | 'mapping' | 'checking' | 'ready' | 'publishing' | 'done' | 'discarded' | 'failed'; tone: Tone }> = {
  [TillState.UNSPECIFIED]: { word: 'uploading', tone: 'calm' },
  [TillState.UPLOADING]: { word: 'uploading', tone: 'calm' },
  [TillState.READING]: { word: 'reading', tone: 'accent' },
  [TillState.MAPPING]: { word: 'mapping', tone: 'soon' },
  [TillState.CHECKING]: { word: 'checking', tone: 'accent' },
  [TillState.READY]: { word: 'ready', tone: 'soon' },
  [TillState.PUBLISHING]: { word: 'publishing', tone: 'accent' },
  [TillState.DONE]: { word: 'done', tone: 'done' },
  [TillState.DISCARDED]: { word: 'discarded', tone: 'calm' },
  [TillState.FAILED]: { word: 'failed', tone: 'late' },
}

/** Whether the server is at it, so that the page has to look again. */
export const tillWorking = (file: TillImport | undefined) =>
  file !== undefined && [TillState.READING, TillState.CHECKING, TillState.PUBLISHING].includes(file.state)

/** What a column can be, in the order it is shown; the first ones are needed. */
export const tillFields = {
  [TillKind.BILLS]: ['bill_no', 'amount', 'closed', 'store', 'opened', 'date', 'meal', 'table', 'number', 'status', 'booking_ref', 'refund_of'],
  [TillKind.BOOKINGS]: ['ref', 'date', 'store', 'arrive', 'seated', 'meal', 'guest', 'number', 'booker', 'guests', 'place', 'kind', 'tables', 'state', 'noticed', 'deposit', 'note', 'reason'],
} as const

/** Fields without which a file cannot be read. */
export const neededFields = ['bill_no', 'amount', 'ref']

/** What a word of a state can mean. */
export const stateMeans = {
  [TillKind.BILLS]: ['paid', 'opened', 'reopened', 'voided', 'refund'],
  [TillKind.BOOKINGS]: ['requested', 'confirmed', 'seated', 'finished', 'cancelled', 'no_show'],
} as const

/** The mapping with another header for a field; none takes the field away. */
export function withColumn(m: TillMapping, field: string, header: string): TillMapping {
  const columns = m.columns.filter((c) => c.field !== field)
  if (header) columns.push({ $typeName: 'changke.onboarding.v1.TillColumn', field, header })
  return { ...m, columns }
}

/** The mapping with what a word means; nothing takes the word away. */
export function withWord(m: TillMapping, kind: string, text: string, means: string): TillMapping {
  const words = m.words.filter((w) => w.kind !== kind || w.text !== text)
  if (means) words.push({ $typeName: 'changke.onboarding.v1.TillWord', kind, text, means })
  return { ...m, words }
}
