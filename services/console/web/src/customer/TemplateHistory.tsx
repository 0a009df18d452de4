import { TemplateService } from '@changke/gen/customer/v1/template_service'
import type { Template, TemplateField } from '@changke/gen/customer/v1/template'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Failure } from '../ui/parts.tsx'
import { TemplateChanges } from './TemplateChanges.tsx'

/** Every version there was: who, when, why, and what changed. */
export function TemplateHistory({ inForce, onUse }: { inForce: Template; onUse(fields: TemplateField[]): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const list = useInfiniteQuery(TemplateService.method.listTemplateVersions, { pageSize: 20, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const versions = list.data?.pages.flatMap((p) => p.templates)
  return (
    <div className="stack">
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!versions && !list.error && <Bones rows={3} h={120} />}
      {versions?.map((v, i) => {
        const before = versions[i + 1]
        return (
          <section key={v.version} className="card pad stack">
            <header className="row">
              <h2>{t('template.versions', { version: v.version })}</h2>
              {v.version === inForce.version && <Chip tone="accent">{t('template.inForce', { version: v.version })}</Chip>}
              <span className="grow" />
              {v.version !== inForce.version && <Button size="small" onClick={() => onUse(v.fields)}>{t('template.useAgain')}</Button>}
            </header>
            <p className="quiet small">{v.publishedBy ? t('template.by', { name: v.publishedBy, time: formatTime(v.publishTime, lang) }) : t('template.first')}</p>
            {v.note && <p>“{v.note}”</p>}
            {before && <TemplateChanges before={before.fields} after={v.fields} />}
          </section>
        )
      })}
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>{t('app.more')}</Button>}
    </div>
  )
}
