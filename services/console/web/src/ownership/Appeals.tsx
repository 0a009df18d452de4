import { AppealService } from '@changke/gen/ownership/v1/appeal_service'
import { AppealState, type Appeal } from '@changke/gen/ownership/v1/appeal'
import { createConnectQueryKey, useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useMe, useStores } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useFirst, useLanguage, usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { AppealSheet } from './AppealSheet.tsx'
import { Losses } from './Losses.tsx'
import '../customer/reviews.css'
import '../customer/conflicts.css'
import './appeals.css'

/** 申诉: who contests the loss of a guest, and what the caller himself lost lately (LIF-11). */
export default function Appeals() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const [flash, mark] = useFlash()
  const phone = usePhone()
  const show = params.get('show')
  const reading = phone && params.has('id') && show !== 'losses'
  return (
    <div className="page">
      {!reading && (
        <>
          <PageHead title={t('menu.appeals')} sub={t('appeal.lead')}>{flash}</PageHead>
          <Choices param="show" look="segments" label={t('appeal.show')} values={[{ value: 'open', label: t('appeal.open') }, { value: 'ended', label: t('appeal.ended') }, { value: 'losses', label: t('appeal.losses') }]} />
        </>
      )}
      {show === 'losses' ? <Losses onDone={mark} /> : <Queue ended={show === 'ended'} onDone={mark} />}
    </div>
  )
}

function Queue({ ended, onDone }: { ended: boolean; onDone(text: string): void }) {
  const { t } = useTranslation()
  const phone = usePhone()
  const client = useQueryClient()
  const { storeId } = useStores()
  const [params, setParams] = useSearchParams()
  const wanted = params.get('id') ?? ''
  const list = useInfiniteQuery(
    AppealService.method.listAppeals,
    { storeId, ended, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 60_000 },
  )
  const items = list.data?.pages.flatMap((page) => page.appeals)
  const first = useFirst(`${ended} ${storeId}`, items?.[0]?.id ?? '')
  const id = wanted || (phone ? '' : first)
  const one = useQuery(AppealService.method.getAppeal, { id }, { enabled: id !== '' })
  const choose = (next: string) => setParams((old) => {
    const p = new URLSearchParams(old)
    if (next) p.set('id', next)
    else p.delete('id')
    return p
  }, { replace: !phone, preventScrollReset: true })
  const refresh = (text: string) => {
    choose(id) // one that ended leaves the list, not the reader
    onDone(text)
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AppealService, cardinality: undefined }) })
  }
  const reading = phone && wanted !== ''
  return (
    <>
      {reading && <button type="button" className="linklike back" onClick={() => choose('')}><Icon name="left" size={16} />{t('menu.appeals')}</button>}
      <Failure error={list.error ?? one.error} onRetry={() => void list.refetch()} />
      {!items && !list.error && <Bones rows={4} h={72} />}
      {items?.length === 0 && !id && <div className="card"><Empty icon="review" title={t(ended ? 'appeal.noneEnded' : 'appeal.none')} text={t(ended ? 'appeal.noneEndedText' : 'appeal.noneText')} /></div>}
      {items && (items.length > 0 || id) && (
        <div className="review-grid">
          {!reading && items.length > 0 && (
            <div className="stack">
              <ul className="card queue" aria-label={t('menu.appeals')}>
                {items.map((a) => (
                  <li key={a.id}>
                    <button type="button" aria-current={!phone && a.id === id ? 'true' : undefined} onClick={() => choose(a.id)}>
                      <span className="grow"><b>{a.guestName}</b><small>{t('appeal.by', { name: a.personName })}</small></span>
                      <span className="states"><Standing appeal={a} /></span>
                    </button>
                  </li>
                ))}
              </ul>
              {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
            </div>
          )}
          {id !== '' && (one.data?.appeal ? <AppealSheet key={id} appeal={one.data.appeal} onChanged={refresh} /> : !one.error && <Bones rows={3} h={110} />)}
        </div>
      )}
    </>
  )
}

/** How an appeal stands: by when it is to be decided, or what came of it. */
export function Standing({ appeal: a }: { appeal: Appeal }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { businessDate } = useMe()
  switch (a.state) {
    case AppealState.GRANTED:
      return <Chip tone="done">{t('appeal.states.granted')}</Chip>
    case AppealState.REFUSED:
      return <Chip>{t('appeal.states.refused')}</Chip>
    case AppealState.WITHDRAWN:
      return <Chip>{t('appeal.states.withdrawn')}</Chip>
    default:
      return a.dueDate < businessDate ? <Chip tone="late">{t('appeal.late')}</Chip> : <Chip tone="soon">{t('appeal.due', { date: formatDate(a.dueDate, lang) })}</Chip>
  }
}
