import { MessageService } from '@changke/gen/message/v1/message_service'
import { MessageState, type Message } from '@changke/gen/message/v1/message'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'

/** 短信: the outbox, newest first, each with how far it has come. */
export default function Messages() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { storeId, stores, nameOf, zone } = useStores()
  const list = useInfiniteQuery(MessageService.method.listMessages, { storeId, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 15_000 })
  const columns: Column<Message>[] = [
    { key: 'time', title: t('message.time'), cell: (m) => <span className="nowrap">{formatTime(m.createTime, lang, zone)}</span> },
    { key: 'template', title: t('message.template'), cell: (m) => <span className="nowrap" lang="zh-CN">{m.templateLabel}</span>, optional: true },
    { key: 'to', title: t('message.to'), cell: (m) => <span className="nowrap">{m.maskedNumber}</span> },
    { key: 'text', title: t('message.text'), cell: (m) => <Text message={m} /> },
    ...(stores.length > 1 ? [{ key: 'store', title: t('app.store'), cell: (m: Message) => nameOf(m.storeId), optional: true }] : []),
    { key: 'state', title: t('message.state'), cell: (m) => <State message={m} /> },
  ]
  return (
    <div className="page">
      <PageHead title={t('menu.messages')} sub={t('message.lead')} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !list.data) && (
        <DataList
          name="messages"
          columns={columns}
          rows={list.data?.pages.flatMap((page) => page.messages)}
          rowKey={(m) => m.id}
          card={(m) => (
            <div className="stack" style={{ gap: 4 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b>{m.maskedNumber}</b><State message={m} /></div>
              <Text message={m} />
              <div className="quiet small">{formatTime(m.createTime, lang, zone)} · <span lang="zh-CN">{m.templateLabel}</span></div>
            </div>
          )}
          empty={<Empty icon="message" title={t('message.empty')} text={t('message.emptyText')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </div>
  )
}

function Text({ message: m }: { message: Message }) {
  return (
    <div>
      <span lang="zh-CN" className="second">{m.text}</span>
      {m.error && <p className="text-late small">{m.error}</p>}
    </div>
  )
}

function State({ message: m }: { message: Message }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  if (m.state === MessageState.FAILED) return <Chip tone="late">{t('message.failed')}</Chip>
  if (m.state === MessageState.SENT) return <Chip tone="done" title={formatTime(m.sendTime, lang, zone)}>{t('message.sent')}</Chip>
  return <Chip>{t('message.queued')}</Chip>
}
