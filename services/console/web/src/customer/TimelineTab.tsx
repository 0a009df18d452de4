import { OwnershipService } from '@changke/gen/ownership/v1/ownership_service'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { SeenBy } from '../audit/SeenBy.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Bones, Empty, Failure, Go } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'

/** 记录: everything that was done to the file, by whom, newest first. */
export function TimelineTab({ fileId }: { fileId: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const { zone } = useStores()
  const list = useInfiniteQuery(OwnershipService.method.listTimeline, { fileId, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const mayAudit = useCan('audit.read')
  const mayMerge = useCan('customer.merge')
  if (list.error) return <Failure error={list.error} onRetry={() => void list.refetch()} />
  if (!list.data) return <Bones rows={6} h={44} />
  const lines = list.data.pages.flatMap((page) => page.lines)
  const seen = mayAudit && <SeenBy fileId={fileId} />
  if (lines.length === 0) return <div className="stack"><div className="card"><Empty title={t('timeline.empty')} text={t('timeline.emptyText')} /></div>{seen}</div>
  return (
    <div className="stack">
      <ol className="card timeline">
        {lines.map((line, i) => (
          <li key={i}>
            <time>{formatTime(line.time, lang, zone)}</time>
            <span>{said(line.text, line.textEn)}{line.kind === 'file.merged' && mayMerge && <> <Go to={`/customers/${fileId}?tab=file`}>{t('merge.undo')}</Go></>}</span>
            <span className="quiet small nowrap">{line.actor.startsWith('system') ? <>{t('timeline.system')}{(line.rule || line.actor.slice(7)) && <> · <RuleText>{line.rule || line.actor.slice(7)}</RuleText></>}</> : said(line.actor, line.actorEn)}</span>
          </li>
        ))}
      </ol>
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
      {seen}
    </div>
  )
}
