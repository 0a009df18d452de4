import { RoleService } from '@changke/gen/staff/v1/role_service'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { Field } from './Field.tsx'

/** A post as it is being typed. */
export interface PostDraft {
  position: string
  storeIds: string[]
  fromDate: string
  reason: string
}

/** The posts of the chain with the role each holds. */
export function usePositions() {
  const { data } = useQuery(RoleService.method.listPositions, {}, { staleTime: 300_000 })
  return data?.positions ?? []
}

/** What a draft is over the wire; undefined while something is missing. */
export function usePost(): (draft: PostDraft) => { role: string; position: string; tenantWide: boolean; storeIds: string[]; fromDate: string; reason: string } | undefined {
  const positions = usePositions()
  return (d) => {
    const position = positions.find((p) => p.name === d.position)
    if (!position || !d.fromDate || (!position.headOffice && d.storeIds.length === 0)) return undefined
    return { role: position.role, position: position.name, tenantWide: position.headOffice, storeIds: position.headOffice ? [] : d.storeIds, fromDate: d.fromDate, reason: d.reason.trim() }
  }
}

/** Position, place and first day of a post. */
export function PostFields({ value, onChange, tried, from }: { value: PostDraft; onChange(next: PostDraft): void; tried: boolean; from?: string }) {
  const { t } = useTranslation()
  const { stores } = useStores()
  const positions = usePositions()
  const position = positions.find((p) => p.name === value.position)
  const set = (part: Partial<PostDraft>) => onChange({ ...value, ...part })
  const toggle = (id: string) => set({ storeIds: value.storeIds.includes(id) ? value.storeIds.filter((s) => s !== id) : [...value.storeIds, id] })
  return (
    <>
      <Field id="p-position" label={t('people.position')} wrong={tried && !position && t('people.need.position')}>
        <select id="p-position" className="native" value={value.position} onChange={(e) => set({ position: e.target.value })} aria-invalid={tried && !position}>
          <option value="" />
          {[false, true].map((head) => (
            <optgroup key={String(head)} label={t(head ? 'people.headPosts' : 'people.storePosts')}>
              {positions.filter((p) => p.headOffice === head).map((p) => <option key={p.name} value={p.name}>{p.name}</option>)}
            </optgroup>
          ))}
        </select>
      </Field>
      {position && !position.headOffice && (
        <Field label={t('people.where')} wrong={tried && value.storeIds.length === 0 && t('people.need.store')}>
          <div className="choices">
            {stores.map((s) => <label key={s.id} className="choice"><input type="checkbox" checked={value.storeIds.includes(s.id)} onChange={() => toggle(s.id)} /><span>{s.name}</span></label>)}
          </div>
        </Field>
      )}
      <Field id="p-from" label={from ?? t('people.from')} wrong={tried && !value.fromDate && t('people.need.date')}>
        <input id="p-from" className="native" type="date" value={value.fromDate} onChange={(e) => set({ fromDate: e.target.value })} aria-invalid={tried && !value.fromDate} />
      </Field>
    </>
  )
}
