import { ImportState, type CustomerImport } from '@changke/gen/onboarding/v1/onboarding'
import type { Tone } from '../ui/parts.tsx'

/** Words and colours of the states of a list. */
export const states: Record<ImportState, { word: 'uploading' | 'reading' | 'checking' | 'ready' | 'publishing' | 'done' | 'discarded' | 'failed'; tone: Tone }> = {
  [ImportState.UNSPECIFIED]: { word: 'uploading', tone: 'calm' },
  [ImportState.UPLOADING]: { word: 'uploading', tone: 'calm' },
  [ImportState.READING]: { word: 'reading', tone: 'accent' },
  [ImportState.CHECKING]: { word: 'checking', tone: 'accent' },
  [ImportState.READY]: { word: 'ready', tone: 'soon' },
  [ImportState.PUBLISHING]: { word: 'publishing', tone: 'accent' },
  [ImportState.DONE]: { word: 'done', tone: 'done' },
  [ImportState.DISCARDED]: { word: 'discarded', tone: 'calm' },
  [ImportState.FAILED]: { word: 'failed', tone: 'late' },
}

/** Whether the server is at it, so that the page has to look again. */
export const working = (list: CustomerImport | undefined) =>
  list !== undefined && [ImportState.READING, ImportState.CHECKING, ImportState.PUBLISHING].includes(list.state)
