import { InboxKind, InboxService, type InboxItem } from '@changke/gen/message/v1/inbox_service'
import { ReportService } from '@changke/gen/report/v1/report_service'
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import './inbox.css'

/** 我的消息: what the system tells the caller, newest first; each item leads to what it is about. */
export default function Inbox() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const list = useInfiniteQuery(InboxService.method.listInbox, { pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const items = list.data?.pages.flatMap((page) => page.items)
  const unread = list.data?.pages[0]?.unread ?? 0
  const read = useMutation(InboxService.method.markInboxRead, {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: InboxService.method.listInbox, cardinality: undefined }) })
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: ReportService.method.getToday, cardinality: undefined }) })
    },
  })
  const newest = items?.[0]
  return (
    <div className="page">
      <PageHead title={t('inbox.title')} sub={unread > 99 ? t('inbox.unreadMany') : unread > 0 ? t('inbox.unread', { count: unread }) : t('inbox.lead')}>
        {unread > 0 && newest && <Button loading={read.isPending} onClick={() => read.mutate({ upToId: newest.id })}>{t('inbox.markAll')}</Button>}
      </PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={read.error} onClose={() => read.reset()} />
      {!items && !list.error && <Bones rows={5} h={64} />}
      {items?.length === 0 && <div className="card"><Empty icon="bell" title={t('inbox.none')} text={t('inbox.noneText')} /></div>}
      {items && items.length > 0 && <ul className="card inbox" aria-label={t('inbox.title')}>{items.map((item) => <Line key={item.id} item={item} onOpen={() => !item.read && read.mutate({ upToId: item.id, only: true })} />)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

const cases: Partial<Record<InboxKind, 'begun' | 'offered' | 'received' | 'moved' | 'broken' | 'office' | 'custody'>> = {
  [InboxKind.HANDOVER_BEGUN]: 'begun', [InboxKind.HANDOVER_OFFERED]: 'offered', [InboxKind.HANDOVER_RECEIVED]: 'received', [InboxKind.HANDOVER_MOVED]: 'moved', [InboxKind.HANDOVER_BROKEN]: 'broken', [InboxKind.HANDOVER_OFFICE]: 'office', [InboxKind.CUSTODY_OVER]: 'custody',
}

type Word = 'webhookFailed' | 'ends' | 'endsSoon' | 'gone' | 'decided' | 'correction' | 'lost' | 'returned' | 'offered' | 'lapsed' | 'bookingGiven' | 'bookingTaken' | 'bookingsMoved' | 'bookingsCalledOff' | 'refundParked' | 'noticeDoubted' | 'merged' | 'unmerged' | 'storeMoved' | 'storeMovePlanned' | 'assigned' | 'atRisk' | 'atRiskSoon' | 'appealRaised' | 'appealDecided'
const looks: Partial<Record<InboxKind, { word: Word; icon: IconName }>> = {
  [InboxKind.WEBHOOK_FAILED]: { word: 'webhookFailed', icon: 'alert' },
  [InboxKind.FILE_ENDS]: { word: 'ends', icon: 'clock' },
  [InboxKind.FILE_ENDS_SOON]: { word: 'endsSoon', icon: 'alert' },
  [InboxKind.FILE_DELETED]: { word: 'gone', icon: 'bin' },
  [InboxKind.DELETION_DECIDED]: { word: 'decided', icon: 'bin' },
  [InboxKind.CORRECTION]: { word: 'correction', icon: 'edit' },
  [InboxKind.GUEST_LOST]: { word: 'lost', icon: 'people' },
  [InboxKind.GUEST_RETURNED]: { word: 'returned', icon: 'people' },
  [InboxKind.GUEST_OFFERED]: { word: 'offered', icon: 'people' },
  [InboxKind.OFFER_LAPSED]: { word: 'lapsed', icon: 'clock' },
  [InboxKind.BOOKING_GIVEN]: { word: 'bookingGiven', icon: 'booking' },
  [InboxKind.BOOKING_TAKEN]: { word: 'bookingTaken', icon: 'booking' },
  [InboxKind.NOTICE_DOUBTED]: { word: 'noticeDoubted', icon: 'alert' },
  [InboxKind.BOOKINGS_MOVED]: { word: 'bookingsMoved', icon: 'booking' },
  [InboxKind.BOOKINGS_CALLED_OFF]: { word: 'bookingsCalledOff', icon: 'booking' },
  [InboxKind.REFUND_PARKED]: { word: 'refundParked', icon: 'alert' },
  [InboxKind.GUEST_ASSIGNED]: { word: 'assigned', icon: 'people' },
  [InboxKind.GUEST_AT_RISK]: { word: 'atRisk', icon: 'clock' },
  [InboxKind.GUEST_AT_RISK_SOON]: { word: 'atRiskSoon', icon: 'alert' },
  [InboxKind.APPEAL_RAISED]: { word: 'appealRaised', icon: 'review' },
  [InboxKind.APPEAL_DECIDED]: { word: 'appealDecided', icon: 'review' },
  [InboxKind.FILES_MERGED]: { word: 'merged', icon: 'swap' },
  [InboxKind.STORE_MOVED]: { word: 'storeMoved', icon: 'store' },
  [InboxKind.STORE_MOVE_PLANNED]: { word: 'storeMovePlanned', icon: 'store' },
  [InboxKind.FILES_UNMERGED]: { word: 'unmerged', icon: 'swap' },
}

// Where an item leads; empty: nowhere, for what it is about is gone.
function useTarget(item: InboxItem): string {
  const mayAsk = useCan('customer.request')
  const mayAppeal = useCan('appeal.read')
  if (item.handoverId) return `/handovers/${item.handoverId}`
  switch (item.kind) {
    case InboxKind.FILE_ENDS: case InboxKind.FILE_ENDS_SOON: return item.guestName && `/customers/${item.fileId}/edit`
    case InboxKind.DELETION_DECIDED: return mayAsk ? '/deletions' : ''
    case InboxKind.CORRECTION: return `/customers/${item.fileId}?tab=file`
    case InboxKind.WEBHOOK_FAILED: return '/webhooks'
    case InboxKind.GUEST_OFFERED: case InboxKind.GUEST_ASSIGNED: return '/offers'
    case InboxKind.GUEST_LOST: return mayAppeal ? '/appeals?show=losses' : `/customers/${item.fileId}?tab=ownership`
    case InboxKind.GUEST_AT_RISK: case InboxKind.GUEST_AT_RISK_SOON: case InboxKind.APPEAL_RAISED: return `/customers/${item.fileId}?tab=ownership`
    case InboxKind.APPEAL_DECIDED: return mayAppeal ? '/appeals?show=ended' : ''
    case InboxKind.GUEST_RETURNED: case InboxKind.OFFER_LAPSED: case InboxKind.STORE_MOVED: case InboxKind.FILES_MERGED: case InboxKind.FILES_UNMERGED: return `/customers/${item.fileId}?tab=ownership`
    case InboxKind.BOOKING_GIVEN: case InboxKind.BOOKING_TAKEN: case InboxKind.BOOKINGS_MOVED: case InboxKind.BOOKINGS_CALLED_OFF: case InboxKind.NOTICE_DOUBTED: return `/bookings?date=${item.date}`
    case InboxKind.REFUND_PARKED: return '/bills'
    case InboxKind.STORE_MOVE_PLANNED: return '/store-moves'
    default: return ''
  }
}

function Line({ item, onOpen }: { item: InboxItem; onOpen(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const said = useSaid()
  const to = useTarget(item)
  const look = looks[item.kind]
  const about = cases[item.kind]
  if (!look && !about) return null
  const told = about ? t(`handover.inbox.${about}`) : said(item.sentence, item.sentenceEn) || t(`inbox.kinds.${look?.word ?? 'decided'}`, { name: item.guestName || t('inbox.someone'), date: formatDate(item.date, lang) })
  const body = (
    <>
      <span className={item.kind === InboxKind.FILE_ENDS_SOON || item.kind === InboxKind.GUEST_AT_RISK_SOON ? 'badge late' : 'badge'}><Icon name={look?.icon ?? 'swap'} /></span>
      <span className="what">
        <span>{item.sentence && item.guestName && <><b>{item.guestName}</b> · </>}{told}{item.more > 0 && ` ${t('inbox.more', { count: item.more })}`}</span>
        {about && item.sentence && <small className="about">{said(item.sentence, item.sentenceEn)}</small>}
        <small className="when">{formatTime(item.time, lang, zone)} · {about ? t('handover.inbox.act') : t(`inbox.acts.${look?.word === 'endsSoon' ? 'ends' : look?.word ?? 'decided'}`)}{item.rule && <> · <span className="nowrap">{item.rule} {t('why.version', { version: item.ruleVersion })}</span></>} {!item.read && <Chip tone="accent">{t('inbox.isUnread')}</Chip>}</small>
      </span>
      {to && <Icon name="right" size={16} />}
    </>
  )
  return <li className={item.read ? undefined : 'new'} onClick={onOpen}>{to ? <Go to={to}>{body}</Go> : <div>{body}</div>}</li>
}
