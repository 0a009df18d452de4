// How guests' own requests read and look (DEL-03).
import { GuestIdentity, GuestRequestChannel, GuestRequestKind, GuestRequestState } from '@changke/gen/customer/v1/deletion'
import type { Tone } from '../ui/parts.tsx'

/** What a guest may ask for, in the order it is offered. */
export const kinds = [[GuestRequestKind.COPY, 'copy'], [GuestRequestKind.CORRECTION, 'correction'], [GuestRequestKind.ERASURE, 'erasure']] as const

/** How it may come in; what a withdrawn consent opens is not chosen by anybody. */
export const channels = [[GuestRequestChannel.PHONE, 'phone'], [GuestRequestChannel.STORE, 'store'], [GuestRequestChannel.LETTER, 'letter'], [GuestRequestChannel.ONLINE, 'online']] as const

/** How identity is checked. */
export const identities = [[GuestIdentity.CALLBACK, 'callback'], [GuestIdentity.ID_CARD, 'idCard'], [GuestIdentity.KNOWN, 'known'], [GuestIdentity.AUTHORISED, 'authorised']] as const

/** Key of the word for a kind. */
export const kindOf = (kind: GuestRequestKind) => kinds.find(([k]) => k === kind)?.[1] ?? 'copy'

/** Key of the word for a channel. */
export const channelOf = (channel: GuestRequestChannel) => channels.find(([c]) => c === channel)?.[1] ?? 'consent'

/** Key of the word for a check of identity. */
export const identityOf = (identity: GuestIdentity) => identities.find(([i]) => i === identity)?.[1] ?? 'callback'

/** Key of a state's word, and its colour. */
export function stateOf(state: GuestRequestState): { key: 'received' | 'verified' | 'done' | 'refused'; tone: Tone } {
  switch (state) {
    case GuestRequestState.VERIFIED: return { key: 'verified', tone: 'accent' }
    case GuestRequestState.DONE: return { key: 'done', tone: 'done' }
    case GuestRequestState.REFUSED: return { key: 'refused', tone: 'calm' }
    default: return { key: 'received', tone: 'soon' }
  }
}
