import { AuditService } from '@changke/gen/audit/v1/audit_service'
import type { Line } from '@changke/gen/audit/v1/audit'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { Empty, Failure, PageHead } from '../ui/parts.tsx'
import { Export } from './Export.tsx'
import { Filters } from './Filters.tsx'
import { useFilter } from './filter.ts'
import { Act, Changes, From, Mark, When } from './Row.tsx'
import { Seals } from './Seals.tsx'
import './audit.css'

/** 审计: who did or saw what, for whom, on which object, from where; newest first, sealed against changes. */
export default function Audit() {
  const { t } = useTranslation()
  const { stores } = useStores()
  const mayExport = useCan('audit.export')
  const { filter, narrows } = useFilter()
  const list = useInfiniteQuery(AuditService.method.listLines, { filter, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const lines = list.data?.pages.flatMap((page) => page.lines)
  const columns: Column<Line>[] = [
    { key: 'time', title: t('audit.time'), cell: (l) => <When line={l} /> },
    { key: 'act', title: t('audit.act'), cell: (l) => <><Act line={l} /><Changes line={l} /></> },
    ...(stores.length > 1 ? [{ key: 'store', title: t('app.store'), cell: (l: Line) => <span className="nowrap">{l.storeName || '—'}</span>, optional: true }] : []),
    { key: 'from', title: t('audit.from'), cell: (l) => <From line={l} />, optional: true },
    { key: 'sealed', title: t('audit.sealed'), cell: (l) => <Mark line={l} />, optional: true },
  ]
  return (
    <div className="page">
      <PageHead title={t('menu.audit')} sub={t('audit.lead')}>{mayExport && <Export filter={filter} />}</PageHead>
      <Seals />
      <Filters lines={lines} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !list.data) && (
        <DataList
          name="audit"
          columns={columns}
          rows={lines}
          rowKey={(l) => l.id}
          card={(l) => (
            <div className="stack audit-card">
              <Act line={l} />
              <Changes line={l} />
              <div className="quiet small row"><When line={l} />{l.storeName && <span>{l.storeName}</span>}<Mark line={l} /></div>
            </div>
          )}
          empty={<Empty icon="audit" title={t(narrows ? 'audit.none' : 'audit.empty')} text={t(narrows ? 'audit.noneText' : 'audit.emptyText')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </div>
  )
}
