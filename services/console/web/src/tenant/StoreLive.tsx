import { SafetyService } from '@changke/gen/ownership/v1/safety_service'
import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { Store } from '@changke/gen/tenant/v1/tenant'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PreviewList } from '../ownership/Brakes.tsx'
import { addDays, formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Failure } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import { useChanged } from './changed.ts'
import { useReaches } from './reaches.ts'

/** 上线: from which day the rules of ownership and scores act here, with what they would do then (RUL-06). */
export function StoreLive({ store }: { store: Store }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const changed = useChanged()
  const mayWrite = useReaches('store.live', store.id)
  const acts = store.liveDate !== '' && store.liveDate <= store.businessDate
  const [date, setDate] = useState(store.liveDate || addDays(store.businessDate, 1))
  const preview = useQuery(SafetyService.method.previewGoLive, { storeId: store.id, liveDate: date }, { enabled: mayWrite && !acts && date > store.businessDate, staleTime: 30_000 })
  const set = useMutation(TenantService.method.setStoreLive, { onSuccess: changed })
  return (
    <div className="stack">
      <p className="second"><RuleText>{t('safety.liveLead')}</RuleText></p>
      <div className="card pad stack">
        <p><Chip tone={acts ? 'done' : store.liveDate ? 'soon' : 'calm'}>{acts ? t('safety.liveSince', { date: formatDate(store.liveDate, lang) }) : store.liveDate ? t('safety.liveFrom', { date: formatDate(store.liveDate, lang) }) : t('safety.notLive')}</Chip></p>
        {mayWrite && !acts && (
          <>
            <div className="field"><label htmlFor="l-on">{t('safety.liveDate')}</label><input className="native short" id="l-on" type="date" min={addDays(store.businessDate, 1)} value={date} onChange={(e) => setDate(e.target.value)} /></div>
            <Failure error={set.error} onClose={() => set.reset()} />
            <div className="actions">
              <Button type="primary" disabled={date === store.liveDate || !date} loading={set.isPending && set.variables.liveDate !== ''} onClick={() => set.mutate({ storeId: store.id, liveDate: date })}>{t('safety.setLive')}</Button>
              {store.liveDate && <Button disabled={set.isPending} loading={set.isPending && set.variables.liveDate === ''} onClick={() => set.mutate({ storeId: store.id, liveDate: '' })}>{t('safety.takeBack')}</Button>}
            </div>
            <h3>{t('safety.preview')}</h3>
            <Failure error={preview.error} onRetry={() => void preview.refetch()} />
            {preview.data ? <PreviewList lines={preview.data.lines} total={preview.data.total} /> : preview.isLoading && <Bones rows={3} h={52} />}
          </>
        )}
      </div>
    </div>
  )
}
