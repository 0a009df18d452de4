import type { RuleField, RuleSet } from '@changke/gen/tenant/v1/tenant'
import { Input } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useMe, useStores } from '../app/me.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Empty } from '../ui/parts.tsx'
import { matches, useChapterName } from './Rules.tsx'
import { useFieldWords, useShow, useStoreName } from './RuleValue.tsx'
import { chaptersOf, inForce, placesOf, valueAt } from './values.ts'

/** The values in force today: the chain's, or those that bind the store chosen at the top. */
export function Parameters({ fields, sets }: { fields: RuleField[]; sets: RuleSet[] }) {
  const { t } = useTranslation()
  const { stores, storeId } = useStores()
  const { businessDate } = useMe()
  const show = useShow()
  const nameOf = useStoreName()
  const set = inForce(sets, businessDate)
  const places = placesOf(set)
  // Who works in one store sees what binds it.
  const place = storeId || (stores.length === 1 ? stores[0]!.id : '')
  return (
    <Sheet fields={fields} lead={<p className="second">{t(place ? 'rules.holdsIn' : 'rules.holds', { version: set?.version ?? 1, store: place ? nameOf(place) : '' })}</p>}>
      {(field) => {
        const value = valueAt(field, places, place)
        const own = place !== '' && places[place]?.[field.key] !== undefined
        const others = place ? [] : (set?.stores ?? []).filter((s) => s.values[field.key] !== undefined)
        return (
          <FieldLine key={field.key} field={field} chips={others.map((s) => <Chip key={s.storeId}>{nameOf(s.storeId)} {show(field, s.values[field.key]!)}</Chip>)}>
            <b>{show(field, value)}</b>
            {own && <small className="quiet">{t('rules.ownOfStore', { value: show(field, valueAt(field, places, '')) })}</small>}
            {!own && value !== field.default && <small className="quiet">{t('rules.default', { value: show(field, field.default) })}</small>}
          </FieldLine>
        )
      }}
    </Sheet>
  )
}

/** Fields under their chapters, with a search and the chapters to jump to. */
export function Sheet({ fields, lead, columns, children }: { fields: RuleField[]; lead?: ReactNode; columns?: ReactNode; children: (field: RuleField) => ReactNode }) {
  const { t } = useTranslation()
  const chapterName = useChapterName()
  const [params, setParams] = useSearchParams()
  const query = params.get('q') ?? ''
  const search = (text: string) => setParams((old) => {
    const next = new URLSearchParams(old)
    if (text) next.set('q', text)
    else next.delete('q')
    return next
  }, { replace: true, preventScrollReset: true })
  const chapters = chaptersOf(fields.filter((f) => matches(f, query)))
  return (
    <div className="stack">
      <div className="sheet-head">
        <Input className="find-value" prefix={<Icon name="search" size={16} />} value={query} onChange={(e) => search(e.target.value)} placeholder={t('rules.search')} aria-label={t('rules.search')} allowClear maxLength={40} />
        {lead}
      </div>
      {chapters.length > 1 && (
        <nav className="segments chapters" aria-label={t('rules.chapterList')}>
          {chapters.map(([chapter]) => <a key={chapter} href={`#chapter-${chapter}`} onClick={(e) => { e.preventDefault(); document.getElementById(`chapter-${chapter}`)?.scrollIntoView({ behavior: 'smooth' }) }}>{chapterName(chapter)}</a>)}
        </nav>
      )}
      {chapters.length === 0 && <div className="card"><Empty icon="search" title={t('rules.nothing', { query })} text={t('rules.nothingText')} /></div>}
      {chapters.map(([chapter, members]) => (
        <section key={chapter} className="card chapter" id={`chapter-${chapter}`}>
          <div className="card-head"><h2>{chapterName(chapter)}</h2>{columns}</div>
          <ul className="rule-list">{members.map(children)}</ul>
        </section>
      ))}
    </div>
  )
}

/** One field: its name, rule and meaning, and what stands at the right. */
export function FieldLine({ field, labelFor, chips, changed, children }: { field: RuleField; labelFor?: string; chips?: ReactNode[]; changed?: boolean; children: ReactNode }) {
  const { t } = useTranslation()
  const words = useFieldWords()
  return (
    <li className={changed ? 'changed' : undefined}>
      <div className="what">
        <span className="name">{labelFor ? <label htmlFor={labelFor}><b>{words(field).label}</b></label> : <b>{words(field).label}</b>} <span className="mono quiet">{field.rule}</span>{field.pending && <Chip title={t('rules.pendingText')}>{t('rules.pending')}</Chip>}</span>
      </div>
      <div className="help">
        <p className="second small">{words(field).help}</p>
        {chips && chips.length > 0 && <p className="small chips">{chips}</p>}
      </div>
      <div className="value">{children}</div>
    </li>
  )
}
