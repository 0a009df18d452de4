import { HandoverCause, HandoverEnd, HandoverFileState, HandoverKind, HandoverMessageState, HandoverScope, HandoverState, type Handover } from '@changke/gen/handover/v1/handover'
import { StoreMoveBlockReason, StoreMoveFate, StoreMoveKind, StoreMoveService, StoreMoveState } from '@changke/gen/handover/v1/store_move_service'
import { HandoverService } from '@changke/gen/handover/v1/handover_service'
import { ReportService } from '@changke/gen/report/v1/report_service'
import { createConnectQueryKey } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import type { Tone } from '../ui/parts.tsx'

/** Keys of words for what the interface numbers. */
export const kindKey = { [HandoverKind.UNSPECIFIED]: 'other', [HandoverKind.SAME_POST]: 'same', [HandoverKind.OTHER_POST]: 'other', [HandoverKind.CUSTODY]: 'custody' } as const
export const scopeKey = { [HandoverScope.UNSPECIFIED]: 'some', [HandoverScope.ALL]: 'all', [HandoverScope.SOME]: 'some', [HandoverScope.SINGLE]: 'single' } as const
export const causeKey = { [HandoverCause.UNSPECIFIED]: 'other', [HandoverCause.LEAVING]: 'leaving', [HandoverCause.POST]: 'post', [HandoverCause.STORE]: 'store', [HandoverCause.LEAVE]: 'leave', [HandoverCause.OTHER]: 'other' } as const
export const stateLook = {
  [HandoverState.UNSPECIFIED]: { key: 'ended', tone: 'calm' }, [HandoverState.REQUESTED]: { key: 'requested', tone: 'soon' }, [HandoverState.CHECKED]: { key: 'checked', tone: 'soon' }, [HandoverState.ACCEPTED]: { key: 'accepted', tone: 'soon' },
  [HandoverState.CONFIRMED]: { key: 'confirmed', tone: 'soon' }, [HandoverState.COMPLETE]: { key: 'complete', tone: 'done' }, [HandoverState.DESK]: { key: 'desk', tone: 'late' }, [HandoverState.ENDED]: { key: 'ended', tone: 'calm' },
} as const satisfies Record<HandoverState, { key: string; tone: Tone }>
export const endKey = {
  [HandoverEnd.UNSPECIFIED]: 'expired', [HandoverEnd.WITHDRAWN]: 'withdrawn', [HandoverEnd.REJECTED]: 'rejected', [HandoverEnd.REFUSED]: 'refused', [HandoverEnd.RECEIVER_LEFT]: 'left', [HandoverEnd.EXPIRED]: 'expired',
  [HandoverEnd.REASSIGNED]: 'reassigned', [HandoverEnd.GIVEN_BACK]: 'back', [HandoverEnd.KEPT]: 'kept', [HandoverEnd.STORE_CLOSED]: 'closed',
} as const
export const fileLook = {
  [HandoverFileState.UNSPECIFIED]: { key: 'gone', tone: 'calm' }, [HandoverFileState.HELD]: { key: 'held', tone: 'soon' }, [HandoverFileState.TO_CHECK]: { key: 'toCheck', tone: 'soon' }, [HandoverFileState.CHECKING]: { key: 'checking', tone: 'accent' },
  [HandoverFileState.SUBMITTED]: { key: 'submitted', tone: 'accent' }, [HandoverFileState.APPROVED]: { key: 'approved', tone: 'done' }, [HandoverFileState.GONE]: { key: 'gone', tone: 'calm' },
} as const satisfies Record<HandoverFileState, { key: string; tone: Tone }>
export const messageLook = {
  [HandoverMessageState.UNSPECIFIED]: { key: 'none', tone: 'calm' }, [HandoverMessageState.QUEUED]: { key: 'queued', tone: 'calm' }, [HandoverMessageState.SENT]: { key: 'sent', tone: 'done' }, [HandoverMessageState.FAILED]: { key: 'failed', tone: 'late' }, [HandoverMessageState.STOPPED]: { key: 'stopped', tone: 'calm' },
} as const satisfies Record<HandoverMessageState, { key: string; tone: Tone }>

export const moveKindKey = { [StoreMoveKind.UNSPECIFIED]: 'merge', [StoreMoveKind.MERGE]: 'merge', [StoreMoveKind.CLOSE]: 'close' } as const
export const moveLook = {
  [StoreMoveState.UNSPECIFIED]: { key: 'preview', tone: 'calm' }, [StoreMoveState.PLANNED]: { key: 'planned', tone: 'soon' }, [StoreMoveState.APPROVED]: { key: 'approved', tone: 'accent' },
  [StoreMoveState.MOVING]: { key: 'moving', tone: 'accent' }, [StoreMoveState.DONE]: { key: 'done', tone: 'done' }, [StoreMoveState.WITHDRAWN]: { key: 'withdrawn', tone: 'calm' },
} as const satisfies Record<StoreMoveState, { key: string; tone: Tone }>
export const blockKey = {
  [StoreMoveBlockReason.UNSPECIFIED]: 'move', [StoreMoveBlockReason.BOOKINGS]: 'bookings', [StoreMoveBlockReason.REFERRER]: 'referrer', [StoreMoveBlockReason.RECEIVER]: 'receiver',
  [StoreMoveBlockReason.TWIN]: 'twin', [StoreMoveBlockReason.MOVE]: 'move', [StoreMoveBlockReason.WAITING]: 'waiting',
} as const
export const fateLook = {
  [StoreMoveFate.UNSPECIFIED]: { key: 'along', tone: 'calm' }, [StoreMoveFate.PLACED]: { key: 'placed', tone: 'done' }, [StoreMoveFate.UNPLACED]: { key: 'unplaced', tone: 'soon' },
  [StoreMoveFate.SHUT]: { key: 'shut', tone: 'late' }, [StoreMoveFate.CALLED_OFF]: { key: 'calledOff', tone: 'soon' }, [StoreMoveFate.ALONG]: { key: 'along', tone: 'calm' },
} as const satisfies Record<StoreMoveFate, { key: string; tone: Tone }>

/** How red a clock is: by the days left. */
export const dueTone = (h: Handover): Tone => (h.daysLeft <= 0 ? 'late' : h.daysLeft <= 2 ? 'soon' : 'calm')

/** Asks again for everything that a step changes. */
export function useReload(): () => void {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: HandoverService, cardinality: undefined }) })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: StoreMoveService, cardinality: undefined }) })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: ReportService.method.getToday, cardinality: undefined }) })
  }
}
