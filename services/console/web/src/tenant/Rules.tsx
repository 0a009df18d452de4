import { RuleService } from '@changke/gen/tenant/v1/rule_service'
import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { RuleField, RuleSet } from '@changke/gen/tenant/v1/tenant'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useHref, useMe, useRight } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Choices, Chip, Failure, Go, PageHead } from '../ui/parts.tsx'
import { DraftSheet } from './DraftSheet.tsx'
import { History } from './History.tsx'
import { Parameters } from './Parameters.tsx'
import { inForce, standingOf } from './values.ts'
import './rules.css'

/** 规则: what holds, what is being changed, and every version there ever was. */
export default function Rules() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const href = useHref()
  const { data, error, refetch } = useQuery(TenantService.method.listRuleSets, {})
  // The rules are the whole chain's: whoever may publish in some stores only can't.
  const mayPublish = useRight('rules.publish')?.tenantWide === true
  const draft = useQuery(RuleService.method.getRuleDraft, {}, { enabled: mayPublish })
  const view = params.get('view') ?? ''
  const edits = draft.data?.draft?.edits.length ?? 0
  return (
    <div className="page">
      <PageHead title={t('menu.rules')} sub={t('rules.lead')}>
        {mayPublish && view !== 'draft' && <Button type="primary" icon={<Icon name="edit" size={16} />} onClick={() => void navigate(href('/rules?view=draft'))}>{t(edits > 0 ? 'rules.goOn' : 'rules.change')}</Button>}
      </PageHead>
      <Choices param="view" look="tabs" label={t('rules.views.label')} values={[
        { value: '', label: t('rules.views.values') },
        ...(mayPublish ? [{ value: 'draft', label: <>{t('rules.views.draft')}{edits > 0 && <span className="count">{edits}</span>}</> }] : []),
        { value: 'history', label: t('rules.views.history') },
      ]} />
      <Failure error={error ?? draft.error} onRetry={() => void (error ? refetch() : draft.refetch())} />
      {!data && !error && <Bones rows={6} h={72} />}
      {data && view === '' && <><Coming sets={data.ruleSets} /><Parameters fields={data.fields} sets={data.ruleSets} /></>}
      {data && view === 'draft' && draft.data?.draft && <DraftSheet fields={data.fields} sets={data.ruleSets} draft={draft.data.draft} />}
      {data && view === 'history' && <History fields={data.fields} sets={data.ruleSets} draft={draft.data?.draft} mayWithdraw={mayPublish} />}
    </div>
  )
}

/** What is planned: said above the values that still hold. */
function Coming({ sets }: { sets: RuleSet[] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { businessDate } = useMe()
  const coming = sets.filter((s) => standingOf(s, sets, businessDate) === 'toCome')
  if (coming.length === 0) return null
  const before = inForce(sets, businessDate)
  return (
    <ul className="card pad coming">
      {coming.map((s) => (
        <li key={s.version}>
          <Chip tone="soon">{t('rules.standing.toCome')}</Chip>
          <span>{t('rules.comes', { version: s.version, date: formatDate(s.effectiveDate, lang) })}</span>
          <Go to={`/rules?view=history&a=${before?.version ?? 1}&b=${s.version}`}>{t('rules.whatChanges')}</Go>
        </li>
      ))}
    </ul>
  )
}

/** Who published a version, and when. */
export function usePublished(): (set: RuleSet) => string {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (set) => t('rules.by', { name: set.publishedBy === 'system' ? t('timeline.system') : set.publishedBy, time: formatTime(set.publishedTime, lang) })
}

/** Name of a chapter of the rulebook. */
export function useChapterName(): (chapter: string) => string {
  const { t } = useTranslation()
  return (chapter) => t(`rules.chapters.${chapter}` as 'rules.chapters.CUS', { defaultValue: chapter })
}

/** Whether a field has the searched text in its words or its rule. */
export function matches(field: RuleField, query: string): boolean {
  const wanted = query.trim().toLowerCase()
  return [field.label, field.help, field.labelEn, field.helpEn, field.rule].some((text) => text.toLowerCase().includes(wanted))
}
