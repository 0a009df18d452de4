import { AuditService } from '@changke/gen/audit/v1/audit_service'
import type { Line } from '@changke/gen/audit/v1/audit'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { useFilter } from './filter.ts'
import { PersonSearch } from './PersonSearch.tsx'
import { shortId, words } from './Row.tsx'

/** Days, person and topic; what a tapped name or object narrows to stands behind them and can be taken away. */
export function Filters({ lines }: { lines: Line[] | undefined }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { get, set, narrows } = useFilter()
  const seals = useQuery(AuditService.method.getSeals, {})
  const maySearch = useCan('staff.read')
  const person = get('person')
  const known = lines?.find((l) => l.actorId === person || l.forPersonId === person)
  const name = known?.actorId === person ? known.actorName : known?.forPersonName
  const of = get('object') && lines?.find((l) => l.objectId === get('id'))
  return (
    <form className="audit-filters" role="search" aria-label={t('audit.filters')} onSubmit={(e) => e.preventDefault()}>
      <label>{t('audit.fromDay')}<input className="native" type="date" value={get('from')} max={get('to') || undefined} onChange={(e) => set({ from: e.target.value })} /></label>
      <label>{t('audit.toDay')}<input className="native" type="date" value={get('to')} min={get('from') || undefined} onChange={(e) => set({ to: e.target.value })} /></label>
      {(maySearch || person) && (
        <div className="filter">
          <span>{t('audit.person')}</span>
          <PersonSearch person={person} name={name} onPick={(id) => set({ person: id })} />
        </div>
      )}
      <label>
        {t('audit.topic')}
        <select className="native" value={get('topic')} onChange={(e) => set({ topic: e.target.value })}>
          <option value="">{t('audit.everything')}</option>
          {seals.data?.topics.map((topic) => <option key={topic.topic} value={topic.topic}>{words(topic.text, lang)}</option>)}
        </select>
      </label>
      {get('object') && (
        <button type="button" className="linklike" onClick={() => set({ object: '', id: '' })}>
          {t('audit.only', { name: (of && of.objectName) || (/^[0-9a-f-]{36}$/.test(get('id')) ? shortId(get('id')) : get('id')) })}<Icon name="cross" size={14} />
        </button>
      )}
      {narrows && <button type="button" className="linklike" onClick={() => set({ from: '', to: '', person: '', topic: '', object: '', id: '' })}>{t('audit.clear')}</button>}
    </form>
  )
}
