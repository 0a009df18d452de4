import { CorrectionService } from '@changke/gen/ownership/v1/correction_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { formatDate, formatMonth } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { saveWorkbook } from '../ui/save.ts'
import { Told } from './Told.tsx'
import './past.css'

/** 月结预览: what the close of the running month would decide if it ended today (LIF-04, LIF-07). Nothing is written. */
export default function MonthPreview() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { store, stores } = useStores()
  const { data, error, refetch } = useQuery(CorrectionService.method.previewMonth, { storeId: store?.id ?? '' }, { enabled: Boolean(store) })
  const mayTake = useCan('correction.read')
  const take = useMutation(CorrectionService.method.exportMonthPreview, { onSuccess: (res) => saveWorkbook(res.content, res.fileName) })
  const groups = [
    { key: 'lost', rows: data?.decisions.filter((d) => d.rule === 'LIF-04') ?? [] },
    { key: 'offered', rows: data?.decisions.filter((d) => d.rule === 'LIF-07') ?? [] },
    { key: 'tied', rows: data?.decisions.filter((d) => d.rule === 'LIF-07-TIE') ?? [] },
  ] as const
  return (
    <div className="page">
      <PageHead title={t('menu.monthPreview')} sub={data ? t('past.previewLead', { month: formatMonth(data.month, lang), counted: formatDate(data.countedDate, lang), effective: formatDate(data.effectiveDate, lang) }) : undefined}>
        {mayTake && store && <Button loading={take.isPending} onClick={() => take.mutate({ storeId: store.id })}>{t('past.export')}</Button>}
        {mayTake && stores.length > 1 && <Button loading={take.isPending} onClick={() => take.mutate({ storeId: '' })}>{t('past.exportAll')}</Button>}
      </PageHead>
      <Failure error={take.error} onClose={() => take.reset()} />
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={4} h={72} />}
      {data?.decisions.length === 0 && <div className="card"><Empty icon="leaf" title={t('past.noPreview')} text={t('past.noPreviewText')} /></div>}
      {groups.filter((g) => g.rows.length > 0).map((g) => (
        <section key={g.key} className="card past-card">
          <h2>{t(`past.groups.${g.key}`, { count: g.rows.length })}</h2>
          <p className="quiet">{t(`past.groupHow.${g.key}`)}</p>
          <ul className="past-rows">
            {g.rows.map((d) => (
              <li key={d.fileId}>
                <Go to={`/customers/${d.fileId}?tab=ownership`}><b>{d.guestName}</b></Go>
                <small>{[d.fromName, d.toName].filter(Boolean).join(' → ')}</small>
                <Told decision={d} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
