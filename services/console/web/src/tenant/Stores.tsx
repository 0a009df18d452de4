import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { StoreState, type Store } from '@changke/gen/tenant/v1/tenant'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useCan, useHref, useRight } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { NewStore } from './NewStore.tsx'
import { useClock } from './clock.ts'
import './stores.css'

/** 门店: the stores in reach; a new one begins here. */
export default function Stores() {
  const { t } = useTranslation()
  const clock = useClock()
  const navigate = useNavigate()
  const href = useHref()
  const mayWrite = useCan('store.write')
  const mayMake = useRight('store.write')?.tenantWide
  const [making, setMaking] = useState(false)
  const list = useQuery(TenantService.method.listStores, {})
  const columns: Column<Store>[] = [
    { key: 'name', title: t('store.name'), cell: (s) => s.name },
    { key: 'code', title: t('store.code'), cell: (s) => <span className="mono">{s.code}</span> },
    { key: 'address', title: t('store.address'), cell: (s) => s.address || <span className="quiet">–</span>, optional: true },
    { key: 'day', title: t('store.day'), cell: (s) => <span className="second">{clock(s)}</span>, optional: true },
    { key: 'state', title: t('store.state'), cell: (s) => <StoreChip store={s} /> },
  ]
  const make = mayMake && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => setMaking(true)}>{t('store.new')}</Button>
  return (
    <div className="page">
      <PageHead title={t('menu.stores')} sub={t('store.lead')}>{list.data && list.data.stores.length > 0 && make}</PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !list.data) && (
        <DataList
          name="stores"
          columns={columns}
          rows={list.data?.stores}
          rowKey={(s) => s.id}
          href={(s) => `/stores/${s.id}`}
          card={(s) => (
            <div className="stack" style={{ gap: 4 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b>{s.name}</b><StoreChip store={s} /></div>
              <span className="second"><span className="mono">{s.code}</span>{s.address && ` · ${s.address}`}</span>
            </div>
          )}
          empty={<Empty icon="store" title={t('store.empty')} text={t(mayWrite ? 'store.emptyText' : 'store.emptyOther')}>{make}</Empty>}
        />
      )}
      {making && <NewStore onClose={() => setMaking(false)} onMade={(id) => void navigate(href(`/stores/${id}?tab=rooms`))} />}
    </div>
  )
}

/** How a store stands, in a word. */
export function StoreChip({ store }: { store: Store }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  if (store.state === StoreState.CLOSED) return <Chip title={store.stateReason}>{t('store.closed')}</Chip>
  if (store.state === StoreState.SUSPENDED) return <Chip tone="late" title={store.stateReason}>{t('store.suspended')}</Chip>
  if (store.closedDate) return <Chip tone="soon" title={store.stateReason}>{t('store.closing', { date: formatDate(store.closedDate, lang) })}</Chip>
  return <Chip>{t('store.open')}</Chip>
}
