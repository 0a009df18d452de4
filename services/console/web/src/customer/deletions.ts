// How requests for deletion read and look (DEL-01).
import { DeletionGround, DeletionState, type DeletionRequest } from '@changke/gen/customer/v1/deletion'
import { DeletionService } from '@changke/gen/customer/v1/deletion_service'
import { createConnectQueryKey } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Tone } from '../ui/parts.tsx'

/** The grounds of form 2, in the order they are offered. */
export const grounds = [
  [DeletionGround.NOT_A_GUEST, 'notAGuest'], [DeletionGround.DUPLICATE, 'duplicate'], [DeletionGround.GUEST_WISH, 'guestWish'], [DeletionGround.WRONG_ENTRY, 'wrongEntry'], [DeletionGround.OTHER, 'other'],
] as const

/** A ground in words. */
export function useGround(): (ground: DeletionGround) => string {
  const { t } = useTranslation()
  return (ground) => t(`deletion.grounds.${grounds.find(([g]) => g === ground)?.[1] ?? 'other'}`)
}

/** Key of a state's word, and its colour. */
export function stateOf(state: DeletionState): { key: 'pending' | 'done' | 'refused' | 'withdrawn'; tone: Tone } {
  switch (state) {
    case DeletionState.DONE: return { key: 'done', tone: 'done' }
    case DeletionState.REFUSED: return { key: 'refused', tone: 'late' }
    case DeletionState.WITHDRAWN: return { key: 'withdrawn', tone: 'calm' }
    default: return { key: 'pending', tone: 'soon' }
  }
}

/** The request that still says something of a file: the newest, unless it was taken back. */
export const standing = (requests: DeletionRequest[] | undefined) => requests?.find((r) => r.state === DeletionState.PENDING || r.state === DeletionState.REFUSED)

/** Asks the server anew for every list of requests. */
export function useReloadDeletions(): () => void {
  const client = useQueryClient()
  return () => {
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: DeletionService.method.listDeletions, cardinality: undefined }) })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: DeletionService.method.listStoreDeletions, cardinality: undefined }) })
  }
}
