// How the states of a file read and look.
import { Activity, FileState, RevisionCause, type CustomerRow } from '@changke/gen/customer/v1/customer'
import type { Tone } from '../ui/parts.tsx'

/** Key of a state's word, and its colour. */
export function stateOf(state: FileState): { key: 'draft' | 'stage1' | 'stage2' | 'submitted' | 'approved' | 'rejected' | 'ended' | 'merged'; tone: Tone } {
  switch (state) {
    case FileState.STAGE1: return { key: 'stage1', tone: 'calm' }
    case FileState.STAGE2: return { key: 'stage2', tone: 'calm' }
    case FileState.SUBMITTED: return { key: 'submitted', tone: 'soon' }
    case FileState.APPROVED: return { key: 'approved', tone: 'done' }
    case FileState.REJECTED: return { key: 'rejected', tone: 'late' }
    case FileState.ENDED: return { key: 'ended', tone: 'late' }
    case FileState.MERGED: return { key: 'merged', tone: 'calm' }
    default: return { key: 'draft', tone: 'calm' }
  }
}

/** Key of the word for why a revision was begun. */
export function causeOf(cause: RevisionCause): 'fresh' | 'imported' | 'change' | 'spotCheck' | 'adoption' | 'handover' {
  switch (cause) {
    case RevisionCause.IMPORT: return 'imported'
    case RevisionCause.CHANGE: return 'change'
    case RevisionCause.SPOT_CHECK: return 'spotCheck'
    case RevisionCause.ADOPTION: return 'adoption'
    case RevisionCause.HANDOVER: return 'handover'
    default: return 'fresh'
  }
}

/** Whether somebody may still write in it: its writer, or who is to finish the revision of an approved file. */
export function editable(row: CustomerRow, personId: string | undefined): boolean {
  return (row.approvedDate ? row.editorId : row.writerId) === personId && [FileState.DRAFT, FileState.STAGE1, FileState.STAGE2, FileState.REJECTED].includes(row.state)
}

/** Active, dormant, or never approved. */
export function activityOf(row: CustomerRow): { key: 'active' | 'dormant' | 'never'; tone: Tone } {
  switch (row.activity) {
    case Activity.ACTIVE: return { key: 'active', tone: 'calm' }
    case Activity.DORMANT: return { key: 'dormant', tone: 'soon' }
    default: return { key: 'never', tone: 'calm' }
  }
}
