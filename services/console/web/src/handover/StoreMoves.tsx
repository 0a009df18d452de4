import { StoreMoveService, type StoreMove } from '@changke/gen/handover/v1/store_move_service'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref, useStores } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { moveKindKey, moveLook } from './words.ts'
import './handover.css'

/** 门店合并与闭店: how stores end, planned, on the way and past (HND-08). */
export default function StoreMoves() {
  const { t } = useTranslation()
  const go = useNavigate()
  const href = useHref()
  const list = useInfiniteQuery(StoreMoveService.method.listStoreMoves, { pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, refetchInterval: 60_000 })
  const rows = list.data?.pages.flatMap((page) => page.moves)
  return (
    <div className="page">
      <Go to="/handovers" className="back"><Icon name="left" size={16} />{t('handover.back')}</Go>
      <PageHead title={t('storeMove.title')} sub={t('storeMove.lead')}>
        <Button type="primary" onClick={() => void go(href('/store-moves/new'))}>{t('storeMove.start')}</Button>
      </PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!rows && !list.error && <Bones rows={3} h={80} />}
      {rows?.length === 0 && <div className="card"><Empty icon="store" title={t('storeMove.none')} text={t('storeMove.noneText')} /></div>}
      {rows && rows.length > 0 && <ul className="card handovers" aria-label={t('storeMove.list')}>{rows.map((m) => <li key={m.id}><Row move={m} /></li>)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

function Row({ move: m }: { move: StoreMove }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { nameOf } = useStores()
  const look = moveLook[m.state]
  return (
    <Go to={`/store-moves/${m.id}`}>
      <span className="no">{t(`storeMove.kinds.${moveKindKey[m.plan?.kind ?? 0]}`)}</span>
      <span className="what">
        <b>{t('storeMove.fromTo', { from: nameOf(m.plan?.storeId ?? ''), to: nameOf(m.plan?.toStoreId ?? '') })}</b>
        <small>{t('storeMove.on', { date: formatDate(m.plan?.onDate ?? '', lang) })} · {m.plan?.reason}</small>
      </span>
      <span className="marks"><Chip tone={look.tone}>{t(`storeMove.states.${look.key}`)}</Chip></span>
      <Icon name="right" size={16} />
    </Go>
  )
}
