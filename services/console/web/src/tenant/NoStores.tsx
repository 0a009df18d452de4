import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { Empty, Go } from '../ui/parts.tsx'

/** For pages that need a store before there is one: who may make one is led there. */
export function NoStores() {
  const { t } = useTranslation()
  const mayMake = useCan('store.write')
  return (
    <div className="card">
      <Empty icon="store" title={t('store.empty')} text={t(mayMake ? 'store.emptyText' : 'store.emptyOther')}>
        {mayMake && <Go to="/stores" className="go-button">{t('store.new')}</Go>}
      </Empty>
    </div>
  )
}
