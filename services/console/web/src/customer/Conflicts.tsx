import { timestampMs } from '@bufbuild/protobuf/wkt'
import { ConflictService } from '@changke/gen/customer/v1/conflict_service'
import { ConflictOutcome, ConflictState, type Conflict } from '@changke/gen/customer/v1/conflict'
import { createConnectQueryKey, useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { useFirst, usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Empty, Failure, PageHead, TimeLeft, useFlash } from '../ui/parts.tsx'
import { ConflictSheet } from './ConflictSheet.tsx'
import './reviews.css'
import './conflicts.css'

/** 客户归属争议: whose guest it is when two claim him (CUS-10); the most urgent first, the case beside it. */
export default function Conflicts() {
  const { t } = useTranslation()
  const phone = usePhone()
  const client = useQueryClient()
  const { storeId } = useStores()
  const [params, setParams] = useSearchParams()
  const [flash, mark] = useFlash()
  const ended = params.get('show') === 'ended'
  const list = useInfiniteQuery(
    ConflictService.method.listConflicts,
    { storeId, ended, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 60_000 },
  )
  const items = list.data?.pages.flatMap((page) => page.conflicts)
  const first = useFirst(`${ended} ${storeId}`, items?.[0]?.id ?? '')
  const wanted = params.get('id') ?? (phone ? '' : first)
  const listed = items?.find((c) => c.id === wanted)
  // A case that was opened by its address may stand on the other list.
  const one = useQuery(ConflictService.method.getConflict, { id: wanted }, { enabled: wanted !== '' && items !== undefined && !listed })
  const selected = listed ?? one.data?.conflict
  const choose = (id: string) =>
    setParams((old) => {
      const next = new URLSearchParams(old)
      if (id) next.set('id', id)
      else next.delete('id')
      return next
    }, { replace: !phone, preventScrollReset: true })
  const refresh = () => {
    if (selected) choose(selected.id) // one that ended leaves the list, not the reader
    mark(t('conflict.done'))
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: ConflictService.method.listConflicts, cardinality: undefined }) })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: ConflictService.method.getConflict, cardinality: 'finite' }) })
  }
  const open = phone && wanted !== ''
  return (
    <div className="page">
      {open ? (
        <button type="button" className="linklike back" onClick={() => choose('')}><Icon name="left" size={16} />{t('conflict.queue')}</button>
      ) : (
        <>
          <PageHead title={t('menu.conflicts')} sub={t('conflict.lead')}>{flash}</PageHead>
          <Choices param="show" look="segments" label={t('conflict.show')} values={[{ value: 'open', label: t('conflict.open') }, { value: 'ended', label: t('conflict.ended') }]} />
        </>
      )}
      <Failure error={list.error ?? one.error} onRetry={() => void list.refetch()} />
      {!items && !list.error && <Bones rows={4} h={72} />}
      {items?.length === 0 && !selected && !one.isLoading && <div className="card"><Empty icon="people" title={t(ended ? 'conflict.noneEnded' : 'conflict.none')} text={t(ended ? 'conflict.noneEndedText' : 'conflict.noneText')} /></div>}
      {items && (items.length > 0 || selected) && (
        <div className="review-grid">
          {!open && items.length > 0 && (
            <div className="stack">
              <ul className="card queue" aria-label={t('conflict.queue')}>
                {items.map((c) => (
                  <li key={c.id}>
                    <button type="button" aria-current={!phone && c.id === selected?.id ? 'true' : undefined} onClick={() => choose(c.id)}>
                      <span className="grow">
                        <b>{c.guestName || c.claimedName || c.maskedNumber}</b>
                        <small>{t('conflict.against', { claimant: c.claimantName, holder: c.holderName })}</small>
                      </span>
                      <span className="states"><Standing conflict={c} /></span>
                    </button>
                  </li>
                ))}
              </ul>
              {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
            </div>
          )}
          {selected && <ConflictSheet key={selected.id} conflict={selected} onChanged={refresh} />}
        </div>
      )}
    </div>
  )
}

/** How a case stands: until when, with whom, or whose the guest is now. */
export function Standing({ conflict: c }: { conflict: Conflict }) {
  const { t } = useTranslation()
  switch (c.state) {
    case ConflictState.OPEN:
      return <>{c.heldByMe && !c.answer && <Chip tone="soon">{t('conflict.forYou')}</Chip>}{c.dueTime && <TimeLeft due={timestampMs(c.dueTime)} soonHours={12} />}</>
    case ConflictState.WITH_MANAGER:
      return <Chip tone="late">{t('conflict.states.manager')}</Chip>
    default:
      return c.outcome === ConflictOutcome.HOLDER
        ? <Chip>{t('conflict.states.holder', { name: c.holderName })}</Chip>
        : <Chip tone="accent">{t('conflict.states.claimant', { name: c.claimantName })}</Chip>
  }
}
