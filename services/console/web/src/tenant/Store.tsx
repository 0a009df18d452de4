import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useParams, useSearchParams } from 'react-router'
import { Resources } from '../visit/Resources.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Choices, Failure, Go, PageHead } from '../ui/parts.tsx'
import { StoreBasics } from './StoreBasics.tsx'
import { StoreChip } from './Stores.tsx'
import { StoreLive } from './StoreLive.tsx'
import { StoreHours } from './StoreHours.tsx'
import { StoreWorks } from './StoreWorks.tsx'
import { useReaches } from './reaches.ts'
import './stores.css'

const tabs = ['basics', 'hours', 'rooms', 'works', 'live'] as const

/** One store: what it is, when it is open, its rooms and tables, its days of works. */
export default function Store() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const [params] = useSearchParams()
  const tab = tabs.find((key) => key === params.get('tab')) ?? 'basics'
  const { data, error, refetch } = useQuery(TenantService.method.getStore, { storeId: id })
  const mayWrite = useReaches('store.write', id)
  const store = data?.store?.store
  const reload = async () => (await refetch()).data?.store
  return (
    <div className="page">
      <Go to="/stores" className="back"><Icon name="left" size={16} />{t('menu.stores')}</Go>
      <PageHead title={store?.name ?? t('menu.stores')} sub={store && <span className="row"><span className="mono">{store.code}</span>{store.address && <span>{store.address}</span>}<StoreChip store={store} /></span>} />
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={4} h={96} />}
      {data?.store && store && (
        <>
          <Choices param="tab" look="tabs" label={store.name} values={tabs.map((value) => ({ value, label: value === 'live' ? t('safety.liveTab') : t(`store.tabs.${value}`) }))} />
          {tab === 'basics' && <StoreBasics key={id} detail={data.store} store={store} mayWrite={mayWrite} reload={reload} />}
          {tab === 'hours' && <StoreHours key={id} detail={data.store} store={store} mayWrite={mayWrite} reload={reload} />}
          {tab === 'rooms' && <Resources key={id} store={store} mayWrite={mayWrite} />}
          {tab === 'live' && <StoreLive key={id} store={store} />}
          {tab === 'works' && <StoreWorks key={id} detail={data.store} store={store} mayWrite={mayWrite} reload={reload} />}
        </>
      )}
    </div>
  )
}
