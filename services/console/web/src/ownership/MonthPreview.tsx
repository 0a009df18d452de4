import { CorrectionService } from '@changke/gen/ownership/v1/correction_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useStores } from '../app/me.tsx'
import { formatDate, formatMonth } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { Told } from './Told.tsx'
import './past.css'

/** 月结预览: what the close of the running month would decide if it ended today (LIF-04, LIF-07). Nothing is written. */
export default function MonthPreview() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { store, stores } = useStores()
  const { data, error, refetch } = useQuery(CorrectionService.method.previewMonth, { storeId: store?.id ?? '' }, { enabled: Boolean(store) })
  const groups = [
    { key: 'lost', rows: data?.decisions.filter((d) => d.rule === 'LIF-04') ?? [] },
    { key: 'offered', rows: data?.decisions.filter((d) => d.rule === 'LIF-07') ?? [] },
    { key: 'tied', rows: data?.decisions.filter((d) => d.rule === 'LIF-07-TIE') ?? [] },
  ] as const
  return (
    <div className="page">
      <PageHead title={t('menu.monthPreview')} sub={data ? t('past.previewLead', { month: formatMonth(data.month, lang), counted: formatDate(data.countedDate, lang), effective: formatDate(data.effectiveDate, lang) }) : undefined}>
        {stores.length > 1 && store && <b>{store.name}</b>}
      </PageHead>
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={4} h={72} />}
      {data?.decisions.length === 0 && <div className="card"><Empty icon="leaf" title={t('past.noPreview')} text={t('past.noPreviewText')} /></div>}
      {groups.filter((g) => g.rows.length > 0).map((g) => (
        <section key={g.key} className="card past-card">
          <h3>{t(`past.groups.${g.key}`, { count: g.rows.length })}</h3>
          <p className="quiet">{t(`past.groupHow.${g.key}`)}</p>
          <ul className="past-rows">
            {g.rows.map((d) => (
              <li key={d.fileId}>
                <Link to={`/customers/${d.fileId}?tab=ownership`}><b>{d.guestName}</b></Link>
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
