// Days of a place as moments: the log is filtered by days, the server by moments.
import { timestampFromMs, type Timestamp } from '@bufbuild/protobuf/wkt'
import { addDays } from '../ui/format.ts'

/** The moment a YYYY-MM-DD begins in a zone; undefined for anything else. */
export function startOfDay(date: string | null, zone: string | undefined): Timestamp | undefined {
  if (!date || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined
  const utc = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(utc)) return undefined
  // What the clock there shows at a moment tells how far it is off; twice, for days on which it is set.
  let at = utc
  for (let i = 0; i < 2; i++) at = utc - offset(at, zone)
  return timestampFromMs(at)
}

/** The moment after a YYYY-MM-DD ends in a zone. */
export function endOfDay(date: string | null, zone: string | undefined): Timestamp | undefined {
  return date && /^\d{4}-\d{2}-\d{2}$/.test(date) ? startOfDay(addDays(date, 1), zone) : undefined
}

function offset(at: number, zone: string | undefined): number {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone || undefined, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(at)
  const n = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  return Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second')) - at
}
