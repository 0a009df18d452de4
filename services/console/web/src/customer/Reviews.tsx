import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import type { ReviewItem } from '@changke/gen/customer/v1/customer'
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { QueueRow } from './QueueRow.tsx'
import { ReviewSheet } from './ReviewSheet.tsx'
import './reviews.css'

/** 审核: the queue by time left, the file beside it; J K A R on a keyboard. */
export default function Reviews() {
  const { t } = useTranslation()
  const phone = usePhone()
  const client = useQueryClient()
  const { storeId } = useStores()
  const [params, setParams] = useSearchParams()
  const [flash, mark] = useFlash()
  const [picked, setPicked] = useState<string[]>([])
  const [gone, setGone] = useState<string[]>([])
  const list = useInfiniteQuery(
    CustomerService.method.listReviews,
    { storeId, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 60_000 },
  )
  const items = list.data?.pages.flatMap((page) => page.items).filter((item) => !gone.includes(item.row?.id ?? ''))
  const total = Math.max(0, (list.data?.pages[0]?.total ?? 0) - gone.length)
  // The list is read again each minute. Whatever came into it or went, the file that is being read stays: a hand
  // that is about to approve it must not meet another's.
  const wanted = params.get('id') ?? ''
  const [read, setRead] = useState<ReviewItem>()
  const find = (id: string | undefined) => items?.find((item) => item.row?.id === id)
  const still = read && !gone.includes(read.row?.id ?? '') && (!storeId || read.row?.storeId === storeId) ? find(read.row?.id) ?? read : undefined
  const selected = find(wanted) ?? (!phone || still?.row?.id === wanted ? still : undefined) ?? (phone ? undefined : items?.[0])
  const at = selected && items ? items.indexOf(selected) : -1
  if (selected && selected !== read) setRead(selected)
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
    setRead(undefined)
    choose(phone ? undefined : next)
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CustomerService.method.listReviews, cardinality: 'infinite' }) }).then(() => setGone([]))
  }
  const decision = (item: ReviewItem) => ({ id: item.row?.id ?? '', approve: true, version: item.version })
  const batch = useMutation(CustomerService.method.batchReview, {
    onSuccess: ({ results }) => {
      const done = results.filter((r) => !r.error).map((r) => r.id)
      setGone((old) => [...old, ...done])
      setPicked((old) => old.filter((id) => !done.includes(id)))
      if (done.length > 0) mark(t('change.approvedMany', { count: done.length }))
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CustomerService.method.listReviews, cardinality: 'infinite' }) }).then(() => setGone([]))
    },
  })
  const left = batch.data?.results.filter((r) => r.error) ?? []
  const chosen = items?.filter((item) => picked.includes(item.row?.id ?? '')) ?? []
  const open = phone && selected
  return (
    <div className="page">
      {open ? (
        <button type="button" className="linklike back" onClick={() => choose(undefined)}><Icon name="left" size={16} />{t('review.queue')}</button>
      ) : (
        <PageHead title={t('menu.reviews')} sub={items && items.length > 0 ? t('review.waiting', { count: total }) : undefined}>{flash}</PageHead>
      )}
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={batch.error} onClose={() => batch.reset()} />
      {!open && left.length > 0 && (
        <div className="failure" role="alert">
          <Icon name="alert" />
          <div>
            <strong>{t('change.leftMany', { count: left.length })}</strong>
            <ul>{left.map((r) => <li key={r.id}>{items?.find((i) => i.row?.id === r.id)?.row?.name} {r.message}</li>)}</ul>
          </div>
          <button type="button" className="iconbutton" onClick={() => batch.reset()} aria-label={t('app.close')}><Icon name="cross" size={16} /></button>
        </div>
      )}
      {!items && !list.error && <Bones rows={5} h={72} />}
      {items?.length === 0 && <div className="card"><Empty icon="review" title={t('review.empty')} text={t('review.emptyText')} /></div>}
      {items && items.length > 0 && (
        <div className="review-grid">
          {!open && (
            <div className="stack">
              <ul className="card queue" aria-label={t('review.queue')}>
                {items.map((item) => (
                  <QueueRow
                    key={item.row?.id}
                    item={item}
                    current={!phone && item === selected}
                    picked={picked.includes(item.row?.id ?? '')}
                    onPick={(yes) => setPicked((old) => (yes ? [...old, item.row?.id ?? ''].slice(-100) : old.filter((id) => id !== item.row?.id)))}
                    onOpen={() => choose(item)}
                    onApprove={() => batch.mutate({ decisions: [decision(item)] })}
                  />
                ))}
              </ul>
              {chosen.length > 0 && (
                <div className="bottom-bar">
                  <span className="grow">{t('change.picked', { count: chosen.length })}</span>
                  <div className="actions">
                    <Button onClick={() => setPicked([])}>{t('app.cancel')}</Button>
                    <Button type="primary" loading={batch.isPending} onClick={() => batch.mutate({ decisions: chosen.map(decision) })}>{t('change.approveMany', { count: chosen.length })}</Button>
                  </div>
                </div>
              )}
              {phone && <p className="quiet small">{t('change.swipe')}</p>}
              {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
            </div>
          )}
          {selected && <ReviewSheet key={selected.row?.id} item={selected} onDecided={(approved) => decided(selected, approved)} />}
        </div>
      )}
    </div>
  )
}
