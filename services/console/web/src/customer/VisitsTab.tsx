import { BookingService } from '@changke/gen/visit/v1/booking_service'
import type { Visit } from '@changke/gen/visit/v1/visit'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate, formatFen } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Empty, Failure } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import { VisitBills } from '../visit/VisitBills.tsx'
import { mealKey } from '../visit/words.ts'

/** 消费: the guest's visits, newest first, each with whose it is and why. */
export function VisitsTab({ fileId }: { fileId: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const [opened, setOpened] = useState<Visit>()
  const list = useInfiniteQuery(BookingService.method.listVisits, { fileId, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const when = (v: Visit) => `${formatDate(v.businessDate, lang)} · ${t(`meal.${mealKey(v.mealPeriod)}`)}`
  const amount = (v: Visit) => (v.bills > 0 ? formatFen(v.amountFen) : t('visit.noBill'))
  const columns: Column<Visit>[] = [
    { key: 'when', title: t('visit.when'), cell: (v) => <span className="nowrap">{when(v)}</span> },
    { key: 'credit', title: t('visit.credit'), cell: (v) => (v.counted && v.creditedToName) || <span className="quiet">{t('visit.nobody')}</span> },
    { key: 'why', title: t('visit.why'), cell: (v) => <span className="second"><RuleText>{said(v.creditExplained, v.creditExplainedEn)}</RuleText></span> },
    { key: 'booking', title: t('visit.booking'), cell: (v) => v.bookingRef || '—', optional: 'off' },
    { key: 'amount', title: t('visit.amount'), cell: amount, num: true },
    { key: 'bills', title: t('bill.ofVisit'), cell: (v) => v.bills > 0 && <Button size="small" onClick={() => setOpened(v)}>{t('bill.seeBills')}</Button> },
  ]
  return (
    <>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!list.error && (
        <DataList
          name="visits"
          columns={columns}
          rows={list.data?.pages.flatMap((page) => page.visits)}
          rowKey={(v) => `${v.storeId}${v.businessDate}${v.mealPeriod}`}
          card={(v) => (
            <div className="guest-card">
              <div><b>{when(v)}</b><span className="num">{amount(v)}</span></div>
              <div className="second"><span>{v.counted ? (v.creditedToName ? t('visit.creditTo', { name: v.creditedToName }) : t('visit.nobody')) : t('visit.beforeApproval')}</span></div>
              {v.counted && <p className="quiet small"><RuleText>{said(v.creditExplained, v.creditExplainedEn)}</RuleText></p>}
              {v.bills > 0 && <Button onClick={() => setOpened(v)}>{t('bill.seeBills')}</Button>}
            </div>
          )}
          empty={<Empty icon="booking" title={t('visit.empty')} text={t('visit.emptyText')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
      {opened && <VisitBills fileId={fileId} visit={opened} onClose={() => setOpened(undefined)} />}
    </>
  )
}
