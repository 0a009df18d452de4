import { AuditService } from '@changke/gen/audit/v1/audit_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatCount, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bone } from '../ui/parts.tsx'

/** How the log stands: sealed up to which block, when it was last verified, and loudly when it does not hold. */
export function Seals() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const { data } = useQuery(AuditService.method.getSeals, {}, { refetchInterval: 60_000 })
  if (!data) return <Bone h={44} />
  if (data.verifiedTime && !data.holds) {
    return (
      <div className="failure" role="alert">
        <Icon name="alert" />
        <div>
          <strong>{t('audit.broken')}</strong>
          <p>{t('audit.brokenText', { time: formatTime(data.verifiedTime, lang, zone) })}</p>
          <p className="mono small" lang="en">{data.finding}</p>
        </div>
      </div>
    )
  }
  return (
    <div className="audit-seals card">
      <Icon name="lock" size={18} />
      <div>
        <span>
          {data.lastBlock > 0n ? t('audit.sealedTo', { block: formatCount(data.lastBlock), time: formatTime(data.sealedTime, lang, zone) }) : t('audit.sealedNothing')}
          {data.waiting > 0n && <span className="quiet"> · {t('audit.waiting', { count: Number(data.waiting) })}</span>}
        </span>
        {data.verifiedTime && data.verifiedBlock > 0n && <span className="text-done"><Icon name="check" size={14} /> {t('audit.verified', { block: formatCount(data.verifiedBlock), time: formatTime(data.verifiedTime, lang, zone) })}</span>}
        {data.hash && <details className="small"><summary>{t('audit.hash')}</summary><p className="mono">{data.hash}</p><p className="quiet">{t('audit.hashWhy')}</p></details>}
      </div>
    </div>
  )
}
