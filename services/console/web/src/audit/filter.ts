import { create } from '@bufbuild/protobuf'
import { LineFilterSchema, type LineFilter } from '@changke/gen/audit/v1/audit_service'
import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { endOfDay, startOfDay } from './days.ts'

/** Names of the filter's parts in the URL; the store is the header's. */
export type Part = 'from' | 'to' | 'person' | 'topic' | 'object' | 'id'

/** The filter as it stands in the URL. */
export interface AuditFilter {
  filter: LineFilter
  get(part: Part): string
  /** Sets parts; an empty value takes the part away. */
  set(parts: Partial<Record<Part, string>>): void
  /** Whether anything but the store narrows. */
  narrows: boolean
}

/** Reads and writes the filter of the log in the URL. */
export function useFilter(): AuditFilter {
  const [params, setParams] = useSearchParams()
  const { storeId, zone } = useStores()
  return useMemo(() => {
    const get = (part: Part) => params.get(part) ?? ''
    const uuid = (s: string) => (/^[0-9a-f-]{36}$/.test(s) ? s : '')
    return {
      filter: create(LineFilterSchema, {
        fromTime: startOfDay(get('from'), zone),
        untilTime: endOfDay(get('to'), zone),
        personId: uuid(get('person')),
        topic: get('topic'),
        object: get('id') ? get('object') : '',
        objectId: get('object') ? get('id') : '',
        storeId,
      }),
      get,
      set: (parts) =>
        setParams((old) => {
          const next = new URLSearchParams(old)
          for (const [part, value] of Object.entries(parts)) {
            if (value) next.set(part, value)
            else next.delete(part)
          }
          return next
        }, { replace: true, preventScrollReset: true }),
      narrows: (['from', 'to', 'person', 'topic', 'object'] as const).some(get),
    }
  }, [params, setParams, storeId, zone])
}
