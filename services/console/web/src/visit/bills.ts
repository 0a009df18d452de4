import { BillDeskService, BillLinkReason, BillLinkWay, type BillRecord } from '@changke/gen/visit/v1/bill_desk_service'
import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BillStatus } from '@changke/gen/visit/v1/visit'
import { createConnectQueryKey } from '@connectrpc/connect-query'
import type { QueryClient } from '@tanstack/react-query'
import type { Tone } from '../ui/parts.tsx'

type StatusWord = 'opened' | 'paid' | 'reopened' | 'voided' | 'merged' | 'refund'

/** Key of a status' word, and its colour. */
export function billStatus(status: BillStatus, refundOf = ''): { key: StatusWord; tone: Tone } {
  if (refundOf) return { key: 'refund', tone: 'calm' }
  switch (status) {
    case BillStatus.OPENED: return { key: 'opened', tone: 'accent' }
    case BillStatus.REOPENED: return { key: 'reopened', tone: 'soon' }
    case BillStatus.VOIDED: return { key: 'voided', tone: 'calm' }
    case BillStatus.MERGED: return { key: 'merged', tone: 'calm' }
    default: return { key: 'paid', tone: 'done' }
  }
}

/** Whether a bill makes a visit and can be linked. */
export const counts = (bill: BillRecord) => !bill.refundOf && bill.status !== BillStatus.VOIDED && bill.status !== BillStatus.MERGED

/** Key of the word for how a bill came to its booking. */
export function wayKey(way: BillLinkWay): 'none' | 'named' | 'fits' | 'person' | 'nothing' | 'waiting' {
  switch (way) {
    case BillLinkWay.NAMED: return 'named'
    case BillLinkWay.FITS: return 'fits'
    case BillLinkWay.PERSON: return 'person'
    case BillLinkWay.NO_BOOKING: return 'nothing'
    case BillLinkWay.WAITING: return 'waiting'
    default: return 'none'
  }
}

/** The reasons for linking, each with the key of its word. */
export const linkReasons = [
  { reason: BillLinkReason.OTHER_TABLE, key: 'otherTable' },
  { reason: BillLinkReason.ENTERED_LATE, key: 'enteredLate' },
  { reason: BillLinkReason.WRONG_GUEST, key: 'wrongGuest' },
  { reason: BillLinkReason.ONE_PAYER, key: 'onePayer' },
  { reason: BillLinkReason.WRONG_BOOKING, key: 'wrongBooking' },
  { reason: BillLinkReason.NOT_BOOKED, key: 'notBooked' },
] as const

/** Where a bill's page is. */
export const billPath = (bill: { source: string; billNo: string }) => `/bills/${encodeURIComponent(bill.source)}/${encodeURIComponent(bill.billNo)}`

/** Thousandths as people write them: 1500 → 1.5. */
export const quantity = (milli: bigint) => String(Number(milli) / 1000)

/** Reads again what follows from a bill. */
export function refreshBills(client: QueryClient) {
  const { listBillTasks, getBill, listBills } = BillDeskService.method
  void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: listBillTasks, cardinality: 'finite' }) })
  void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: getBill, cardinality: 'finite' }) })
  void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: listBills, cardinality: 'infinite' }) })
  void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: BookingService.method.listVisits, cardinality: 'infinite' }) })
}
