import { timestampMs } from '@bufbuild/protobuf/wkt'
import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import type { ReviewItem } from '@changke/gen/customer/v1/customer'
import { createConnectQueryKey, useInfiniteQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, PageHead, TimeLeft, useFlash } from '../ui/parts.tsx'
import { ReviewSheet } from './ReviewSheet.tsx'
import { useTurnNames } from './Turn.tsx'
import './reviews.css'

/** 审核: the queue by time left, the file beside it; J K A R on a keyboard. */
export default function Reviews() {
  const { t } = useTranslation()
  const phone = usePhone()
  const client = useQueryClient()
  const { storeId, stores, nameOf } = useStores()
  const [params, setParams] = useSearchParams()
  const [flash, mark] = useFlash()
  const namesOf = useTurnNames()
  const [gone, setGone] = useState<string[]>([])
  const list = useInfiniteQuery(
    CustomerService.method.listReviews,
    { storeId, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 60_000 },
  )
  const items = list.data?.pages.flatMap((page) => page.items).filter((item) => !gone.includes(item.row?.id ?? ''))
  const total = Math.max(0, (list.data?.pages[0]?.total ?? 0) - gone.length)
  const wanted = params.get('id')
  const at = items ? Math.max(items.findIndex((item) => item.row?.id === wanted), phone ? -1 : 0) : -1
  const selected = items?.[at]
  const choose = (item: ReviewItem | undefined) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      if (item?.row) next.set('id', item.row.id)
      else next.delete('id')
      return next
    }, { replace: !phone, preventScrollReset: true })
  useEffect(() => {
    if (phone || !items) return
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || (event.target as Element).closest('input,textarea,select,[role=dialog]')) return
      const step = event.key === 'j' || event.key === 'ArrowDown' ? 1 : event.key === 'k' || event.key === 'ArrowUp' ? -1 : 0
      const next = items[at + step]
      if (step === 0 || !next) return
      event.preventDefault()
      choose(next)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  const decided = (item: ReviewItem, approved: boolean) => {
    const next = items?.[at + 1] ?? items?.[at - 1]
    setGone((old) => [...old, item.row?.id ?? ''])
    mark(t(approved ? 'review.approved' : 'review.rejected', { name: item.row?.name ?? '' }))
    choose(phone ? undefined : next)
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CustomerService.method.listReviews, cardinality: 'infinite' }) }).then(() => setGone([]))
  }
  const open = phone && selected
  return (
    <div className="page">
      {open ? (
        <button type="button" className="linklike back" onClick={() => choose(undefined)}><Icon name="left" size={16} />{t('review.queue')}</button>
      ) : (
        <PageHead title={t('menu.reviews')} sub={items && items.length > 0 ? t('review.waiting', { count: total }) : undefined}>{flash}</PageHead>
      )}
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!items && !list.error && <Bones rows={5} h={72} />}
      {items?.length === 0 && <div className="card"><Empty icon="review" title={t('review.empty')} text={t('review.emptyText')} /></div>}
      {items && items.length > 0 && (
        <div className="review-grid">
          {!open && (
            <div className="stack">
              <ul className="card queue" aria-label={t('review.queue')}>
                {items.map((item) => (
                  <li key={item.row?.id}>
                    <button type="button" aria-current={!phone && item === selected ? 'true' : undefined} onClick={() => choose(item)}>
                      <span className="grow">
                        <b>{item.row?.name}</b>
                        <small>{[item.writerName, stores.length > 1 && nameOf(item.row?.storeId ?? '')].filter(Boolean).join(' · ')}</small>
                      </span>
                      <span className="states">
                        {!item.decidable && <Chip>{t('review.own')}</Chip>}
                        {item.turn?.escalated && <Chip tone="soon" title={t('turn.escalated', { names: namesOf(item.turn) })}>{t('turn.short', { names: namesOf(item.turn) })}</Chip>}
                        {item.dueTime && <TimeLeft due={timestampMs(item.dueTime)} />}
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
              {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
            </div>
          )}
          {selected && <ReviewSheet key={selected.row?.id} item={selected} onDecided={(approved) => decided(selected, approved)} />}
        </div>
      )}
    </div>
  )
}
