import { HandoverSide, HandoverState, type Handover } from '@changke/gen/handover/v1/handover'
import { HandoverFilter, HandoverService } from '@changke/gen/handover/v1/handover_service'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useCan, useHref, useStores } from '../app/me.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { dueTone, endKey, kindKey, stateLook } from './words.ts'
import './handover.css'

const filters: Record<string, HandoverFilter> = { office: HandoverFilter.HEAD_OFFICE, mine: HandoverFilter.MINE, ended: HandoverFilter.ENDED }

/** 客户交接: the cases in reach, with whose turn each is (HND-02). */
export default function Handovers() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const go = useNavigate()
  const href = useHref()
  const { storeId } = useStores()
  const mayOwn = useCan('customer.write')
  const mayHand = useCan('handover.write')
  const maySee = useCan('staff.read')
  const mayEnd = useCan('customer.carry_out')
  const filter = filters[params.get('show') ?? ''] ?? HandoverFilter.UNSPECIFIED
  const list = useInfiniteQuery(HandoverService.method.listHandovers, { storeId, filter, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData, refetchInterval: 60_000 })
  const rows = list.data?.pages.flatMap((page) => page.handovers)
  const shows = (['running', 'office', 'mine', 'ended'] as const).map((value) => ({ value, label: t(`handover.shows.${value}`) }))
  return (
    <div className="page">
      <PageHead title={t('menu.handovers')} sub={t('handover.lead')}>
        {mayEnd && <Button onClick={() => void go(href('/store-moves'))}>{t('handover.storeMoves')}</Button>}
        {mayHand && maySee && <Button onClick={() => void go(href('/staff?hand=1'))}>{t('handover.startOther')}</Button>}
        {mayOwn && <Button type="primary" onClick={() => void go(href('/handovers/new'))}>{t('handover.startMine')}</Button>}
      </PageHead>
      <Choices param="show" look="segments" label={t('handover.show')} values={shows} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!rows && !list.error && <Bones rows={4} h={92} />}
      {rows?.length === 0 && <div className="card"><Empty icon="swap" title={t('handover.none')} text={t('handover.noneText')} /></div>}
      {rows && rows.length > 0 && <ul className="card handovers" aria-label={t('handover.list')}>{rows.map((h) => <li key={h.id}><Row handover={h} /></li>)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

function Row({ handover: h }: { handover: Handover }) {
  const { t } = useTranslation()
  const { stores } = useStores()
  const look = stateLook[h.state]
  const store = stores.find((s) => s.id === h.storeId)
  return (
    <Go to={`/handovers/${h.id}`}>
      <span className="mono no">{t('handover.no', { no: h.no })}</span>
      <span className="what">
        <b>{t('handover.fromTo', { from: h.giver?.name, to: h.receiver?.name })}</b>
        <small>{[t('handover.files', { count: h.files }), t(`handover.kinds.${kindKey[h.kind]}`), stores.length > 1 && store?.name].filter(Boolean).join(' · ')}</small>
        {h.state === HandoverState.COMPLETE && <small>{t('handover.steps.progress', { approved: h.approved, moved: h.moved })}</small>}
      </span>
      <span className="marks">
        {h.state === HandoverState.COMPLETE && h.turn === HandoverSide.RECEIVER
          ? <Chip tone="accent">{t('handover.steps.seven')}</Chip>
          : <Chip tone={look.tone}>{h.state === HandoverState.ENDED ? t(`handover.ends.${endKey[h.end]}`) : t(`handover.states.${look.key}`)}</Chip>}
        {h.dueDate && <Due handover={h} />}
      </span>
      <Icon name="right" size={16} />
    </Go>
  )
}

/** How long the present step may still take. */
export function Due({ handover: h }: { handover: Handover }) {
  const { t } = useTranslation()
  return <Chip tone={dueTone(h)}>{h.daysLeft > 0 ? t('handover.dueIn', { count: h.daysLeft }) : h.daysLeft === 0 ? t('handover.dueToday') : t('handover.late')}</Chip>
}
