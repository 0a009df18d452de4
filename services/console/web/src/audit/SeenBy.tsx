import { AuditService } from '@changke/gen/audit/v1/audit_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Failure, Go } from '../ui/parts.tsx'
import { words } from './Row.tsx'

/** Who looked at a guest's file or saw his number, newest first: for those who may read the log. */
export function SeenBy({ fileId }: { fileId: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const { data, error, refetch } = useQuery(AuditService.method.listLines, { filter: { object: 'customer', objectId: fileId, topic: 'view' }, pageSize: 10 })
  return (
    <section className="card" aria-label={t('audit.seenBy')}>
      <div className="card-head">
        <h2>{t('audit.seenBy')}</h2>
        <Go to={`/audit?object=customer&id=${fileId}`}>{t('audit.all')}</Go>
      </div>
      {error ? <Failure error={error} onRetry={() => void refetch()} /> : !data ? <Bones rows={3} h={40} /> : data.lines.length === 0 ? <p className="card-body quiet">{t('audit.seenByNobody')}</p> : (
        <ol className="timeline">
          {data.lines.map((l) => (
            <li key={l.id}>
              <time>{formatTime(l.time, lang, zone)}</time>
              <span>{words(l.actionText, lang)}</span>
              <span className="quiet small nowrap">{[l.actorName || t('audit.somebody'), l.forPersonId && `${t('audit.for')}${l.forPersonName}`].filter(Boolean).join(' ')}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
