import { DeletionState, type DeletionRequest } from '@changke/gen/customer/v1/deletion'
import { DeletionService } from '@changke/gen/customer/v1/deletion_service'
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useCan, useStores } from '../app/me.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Choices, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { ReasonDialog } from '../ui/ReasonDialog.tsx'
import { CarryOutDeletion } from './CarryOutDeletion.tsx'
import { DeletionItem } from './DeletionItem.tsx'
import { useReloadDeletions } from './deletions.ts'
import './reviews.css'

const paging = { pageParamKey: 'pageToken', getNextPageParam: (last: { nextPageToken: string }) => last.nextPageToken || undefined, placeholderData: keepPreviousData } as const

/** 删除申请: at head office what waits, by the hour it ends, and what was decided; in a store what it asked for (DEL-01). */
export default function Deletions() {
  return useCan('customer.carry_out') ? <Queue /> : <OfStore />
}

function Queue() {
  const { t } = useTranslation()
  const { storeId } = useStores()
  const [params] = useSearchParams()
  const [flash, mark] = useFlash()
  const [refusing, setRefusing] = useState<DeletionRequest>()
  const [removing, setRemoving] = useState<DeletionRequest>()
  const reload = useReloadDeletions()
  const decided = params.get('show') === 'decided'
  const list = useInfiniteQuery(DeletionService.method.listDeletions, { storeId, decided, pageSize: 50, pageToken: '' }, { ...paging, refetchInterval: 60_000 })
  const rows = list.data?.pages.flatMap((page) => page.requests)
  const refuse = useMutation(DeletionService.method.refuseDeletion)
  const done = () => {
    setRefusing(undefined)
    setRemoving(undefined)
    mark(t('deletion.done'))
    reload()
  }
  return (
    <div className="page">
      <PageHead title={t('menu.deletions')} sub={t('deletion.leadOffice')}>{flash}</PageHead>
      <Choices param="show" look="segments" label={t('deletion.show')} values={[{ value: 'waiting', label: t('deletion.waiting') }, { value: 'decided', label: t('deletion.decided') }]} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!rows && !list.error && <Bones rows={4} h={150} />}
      {rows?.length === 0 && <div className="card"><Empty icon="bin" title={t(decided ? 'deletion.noneDecided' : 'deletion.none')} text={t('deletion.noneText')} /></div>}
      {rows?.map((r) => (
        <DeletionItem key={r.id} request={r}>
          {r.decidable && (
            <div className="actions">
              <Button danger type="primary" onClick={() => setRemoving(r)}>{t('deletion.remove')}</Button>
              <Button onClick={() => setRefusing(r)}>{t('deletion.refuse')}</Button>
            </div>
          )}
          {r.state === DeletionState.PENDING && !r.decidable && <p className="quiet small"><Icon name="lock" size={14} /> {t('deletion.own')}</p>}
        </DeletionItem>
      ))}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
      {removing && <CarryOutDeletion request={removing} onClose={() => setRemoving(undefined)} onDone={done} />}
      {refusing && (
        <ReasonDialog
          title={t('deletion.refuseTitle', { name: refusing.guestName })} label={t('deletion.refuseReason')} need={t('deletion.needReason')} act={t('deletion.refuse')}
          busy={refuse.isPending} error={refuse.error} onClose={() => { refuse.reset(); setRefusing(undefined) }} onSend={(reason) => refuse.mutate({ requestId: refusing.id, reason }, { onSuccess: done })}
        />
      )}
    </div>
  )
}

function OfStore() {
  const { t } = useTranslation()
  const { storeId } = useStores()
  const reload = useReloadDeletions()
  const list = useInfiniteQuery(DeletionService.method.listStoreDeletions, { storeId, fileId: '', pageSize: 50, pageToken: '' }, paging)
  const rows = list.data?.pages.flatMap((page) => page.requests)
  const withdraw = useMutation(DeletionService.method.withdrawDeletion, { onSuccess: reload })
  return (
    <div className="page">
      <PageHead title={t('menu.deletions')} sub={t('deletion.leadStore')} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={withdraw.error} onClose={() => withdraw.reset()} />
      {!rows && !list.error && <Bones rows={4} h={150} />}
      {rows?.length === 0 && <div className="card"><Empty icon="bin" title={t('deletion.noneStore')} text={t('deletion.noneStoreText')} /></div>}
      {rows?.map((r) => (
        <DeletionItem key={r.id} request={r}>
          {r.state === DeletionState.PENDING && <div className="actions"><Button loading={withdraw.isPending && withdraw.variables?.requestId === r.id} onClick={() => withdraw.mutate({ requestId: r.id })}>{t('deletion.withdraw')}</Button></div>}
        </DeletionItem>
      ))}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}
