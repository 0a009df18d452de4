import { GuestRightService } from '@changke/gen/customer/v1/guest_right_service'
import { createConnectQueryKey, useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Choices, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { GuestRequestItem } from './GuestRequestItem.tsx'
import { NewGuestRequest } from './NewGuestRequest.tsx'
import './reviews.css'

/** 客人请求: what guests ask for by law, by the day it ends (DEL-03). */
export default function GuestRequests() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [params, setParams] = useSearchParams()
  const [flash, mark] = useFlash()
  const closed = params.get('show') === 'closed'
  const taking = params.has('new')
  const list = useInfiniteQuery(
    GuestRightService.method.listGuestRequests,
    { closed, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData },
  )
  const rows = list.data?.pages.flatMap((page) => page.requests)
  const take = (on: boolean) => setParams((old) => {
    const next = new URLSearchParams(old)
    if (on) next.set('new', '1')
    else next.delete('new')
    return next
  }, { preventScrollReset: true })
  const moved = (text: string) => {
    mark(text)
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: GuestRightService.method.listGuestRequests, cardinality: 'infinite' }) })
  }
  return (
    <div className="page">
      <PageHead title={t('menu.legal')} sub={t('legal.lead')}>
        {flash}
        <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => take(true)}>{t('legal.new')}</Button>
      </PageHead>
      <Choices param="show" look="segments" label={t('legal.show')} values={[{ value: 'open', label: t('legal.open') }, { value: 'closed', label: t('legal.closed') }]} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!rows && !list.error && <Bones rows={4} h={150} />}
      {rows?.length === 0 && <div className="card"><Empty icon="shield" title={t(closed ? 'legal.noneClosed' : 'legal.none')} text={t('legal.noneText')} /></div>}
      {rows?.map((r) => <GuestRequestItem key={r.id} request={r} onMoved={moved} />)}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
      {taking && <NewGuestRequest onClose={() => take(false)} onDone={() => { setParams({}); moved(t('change.recorded')) }} />}
    </div>
  )
}
