import type { Act } from '@changke/gen/operator/v1/operator'
import { OperatorService } from '@changke/gen/operator/v1/operator_service'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { timestampMs } from '@bufbuild/protobuf/wkt'
import { useTranslation } from 'react-i18next'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Empty, Failure, PageHead } from '../ui/parts.tsx'

/** What operators did, newest first. */
export default function Acts() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const list = useInfiniteQuery(OperatorService.method.listActs, { pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (page) => page.nextPageToken || undefined })
  const rows = list.data?.pages.flatMap((page) => page.acts)
  const word = (a: Act) => t(`operator.actWords.${a.action.replace('.', '_')}`, { defaultValue: a.action })
  const columns: Column<Act>[] = [
    { key: 'time', title: t('audit.time'), cell: (a) => <span className="nowrap">{formatTime(a.time, lang)}</span> },
    { key: 'who', title: t('operator.login'), cell: (a) => a.operatorName },
    { key: 'what', title: t('operator.acts'), cell: word },
    { key: 'chain', title: t('operator.chainCode'), cell: (a) => <span className="mono">{a.tenantCode}</span> },
  ]
  return (
    <div className="page">
      <PageHead title={t('operator.acts')} sub={t('operator.actsLead')} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !list.data) && (
        <DataList
          name="operator.acts"
          columns={columns}
          rows={rows}
          rowKey={(a) => `${a.time ? timestampMs(a.time) : 0} ${a.action} ${a.operatorName} ${a.tenantCode}`}
          card={(a) => <div className="stack" style={{ gap: 2 }}><b>{word(a)} <span className="mono">{a.tenantCode}</span></b><span className="second">{a.operatorName} · {formatTime(a.time, lang)}</span></div>}
          empty={<Empty title={t('operator.acts')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </div>
  )
}
