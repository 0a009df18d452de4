import { PeopleFilter, StaffService } from '@changke/gen/staff/v1/staff_service'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDebounced } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'

const shown = 8

/** One of the staff, found by a part of his name or number; those who have left too, for what they did stays in the log. */
export function PersonSearch({ person, name, onPick }: { person: string; name?: string; onPick(id: string): void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [picked, setPicked] = useState<{ id: string; name: string }>()
  const query = useDebounced(typed.trim(), 250)
  const asked = query !== '' && typed.trim() !== ''
  const here = useQuery(StaffService.method.listPeople, { query, pageSize: shown }, { enabled: asked, placeholderData: keepPreviousData })
  const gone = useQuery(StaffService.method.listPeople, { query, pageSize: shown, filter: PeopleFilter.LEFT }, { enabled: asked, placeholderData: keepPreviousData })
  const found = [...(here.data?.people ?? []), ...(gone.data?.people ?? [])].slice(0, shown)
  const pick = (id: string, called = '') => {
    setTyped('')
    setPicked({ id, name: called })
    onPick(id)
  }
  if (person) {
    const called = (picked?.id === person && picked.name) || name || t('audit.somebody')
    return <button type="button" className="native picked" aria-label={t('audit.notOnly', { name: called })} onClick={() => pick('')}>{called}<Icon name="cross" size={14} /></button>
  }
  return (
    <div className="person-search">
      <input className="native" type="search" role="combobox" aria-label={t('audit.person')} aria-expanded={asked} aria-controls="audit-people" placeholder={t('audit.personHint')} value={typed} maxLength={40} onChange={(e) => setTyped(e.target.value)} onKeyDown={(e) => { if (e.key === 'Escape') setTyped(''); if (e.key === 'Enter' && found[0]) pick(found[0].id, found[0].name) }} />
      {asked && here.data && gone.data && (
        <ul id="audit-people" role="listbox" aria-label={t('audit.person')}>
          {found.length === 0 && <li className="quiet">{t('audit.nobody')}</li>}
          {found.map((p) => <li key={p.id} role="option" aria-selected={false}><button type="button" onClick={() => pick(p.id, p.name)}><b>{p.name}</b> <span className="mono quiet">{p.staffNo}</span></button></li>)}
        </ul>
      )}
    </div>
  )
}
