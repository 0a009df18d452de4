import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { FieldKind, type RuleField, type RuleSet } from '@changke/gen/tenant/v1/tenant'
import { createConnectQueryKey, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from '../app/faults.ts'
import { useMe, useStores } from '../app/me.tsx'
import { addDays } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure } from '../ui/parts.tsx'
import { RuleValue, useFieldWords } from './RuleValue.tsx'
import { familiesOf, useFamilyName } from './Rules.tsx'
import { changesOf, clock, parseValue, textOf, valuesOf, type Values } from './values.ts'

interface Props {
  fields: RuleField[]
  base: RuleSet | undefined
  onClose(): void
  onStale(): void
}

/** A draft against the newest version: every change is seen before it is published, with its first day. */
export function Publish({ fields, base, onClose, onStale }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const me = useMe()
  const { stores, nameOf } = useStores()
  const familyName = useFamilyName()
  const words = useFieldWords()
  const [place, setPlace] = useState('')
  const [date, setDate] = useState(addDays(me.businessDate, 1))
  // What was typed, by place and field; a text that is no value stays to be mended.
  const [typed, setTyped] = useState<Record<string, Record<string, string>>>({})
  const before: Record<string, Values> = { '': valuesOf(base, ''), ...Object.fromEntries((base?.stores ?? []).map((s) => [s.storeId, s.values])) }
  const draft: Record<string, Values> = structuredClone(before)
  const wrong: string[] = []
  for (const [at, texts] of Object.entries(typed)) {
    for (const field of fields) {
      const text = texts[field.key]
      if (text === undefined) continue
      const values = (draft[at] ??= {})
      const value = parseValue(field, text)
      if (text.trim() === '' || (at === '' && value === field.default)) delete values[field.key]
      else if (value === undefined) wrong.push(`${at}/${field.key}`)
      else values[field.key] = value
    }
  }
  const changes = changesOf(fields, before, draft)
  const publish = useMutation(TenantService.method.publishRuleSet, {
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TenantService.method.listRuleSets, cardinality: 'finite' }) })
      onClose()
    },
  })
  const set = (field: RuleField, text: string) => {
    if (publish.error) publish.reset()
    setTyped({ ...typed, [place]: { ...typed[place], [field.key]: text } })
  }
  const send = () =>
    publish.mutate({
      baseVersion: base?.version ?? 0,
      effectiveDate: date,
      values: draft[''],
      stores: Object.entries(draft).filter(([id, values]) => id && Object.keys(values).length > 0).map(([storeId, values]) => ({ storeId, values })),
    })
  const open = place === '' ? fields : fields.filter((f) => f.storeMayOverride)
  return (
    <form className="rules-grid" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
      <div className="stack">
        {stores.length > 0 && (
          <div className="field" style={{ maxWidth: 320 }}>
            <label htmlFor="r-place">{t('rules.place')}</label>
            <select className="native" id="r-place" value={place} onChange={(e) => setPlace(e.target.value)}>
              <option value="">{t('rules.chain')}</option>
              {stores.map((s) => <option key={s.id} value={s.id}>{t('rules.onlyStore', { store: s.name })}</option>)}
            </select>
            {place && <p className="help">{t('rules.storeHelp')}</p>}
          </div>
        )}
        {familiesOf(open).map(([family, members]) => (
          <section key={family} className="card">
            <div className="card-head"><h2>{familyName(family)}</h2></div>
            <ul className="rule-list">
              {members.map((field) => {
                const id = `r-${field.key}`
                const chain = draft['']?.[field.key] ?? field.default
                const current = before[place]?.[field.key] ?? (place ? undefined : field.default)
                const text = typed[place]?.[field.key] ?? (current === undefined ? '' : textOf(field, current))
                const bad = wrong.includes(`${place}/${field.key}`)
                const changed = changes.some((c) => c.field === field && c.storeId === place)
                return (
                  <li key={field.key} className={changed ? 'changed' : undefined}>
                    <div>
                      <label htmlFor={id}><b>{words(field).label}</b></label> <span className="mono quiet">{field.rule}</span>
                      <p className="second small">{words(field).help}</p>
                      <p className={bad ? 'text-late small' : 'quiet small'}>{field.kind === FieldKind.BOOL ? null : t(bad ? 'rules.outOfRange' : 'rules.range', { min: field.kind === FieldKind.TIME ? clock(field.min) : field.min, max: field.kind === FieldKind.TIME ? clock(field.max) : field.max, unit: words(field).unit })}</p>
                    </div>
                    <div className="value">
                      {field.kind === FieldKind.BOOL ? (
                        <select className="native" id={id} value={text} onChange={(e) => set(field, e.target.value)}>
                          {place && <option value="">{t('rules.asChain')}</option>}
                          <option value="1">{t('rules.yes')}</option>
                          <option value="0">{t('rules.no')}</option>
                        </select>
                      ) : (
                        <Input id={id} value={text} onChange={(e) => set(field, e.target.value)} suffix={words(field).unit || undefined} status={bad ? 'error' : undefined} aria-invalid={bad} inputMode={field.kind === FieldKind.TIME ? undefined : 'numeric'} placeholder={place ? textOf(field, chain) : undefined} />
                      )}
                    </div>
                  </li>
                )
              })}
            </ul>
          </section>
        ))}
      </div>
      <aside className="card pad stack publish">
        <h2>{t('rules.publishTitle', { version: (base?.version ?? 0) + 1 })}</h2>
        {changes.length === 0 && <p className="quiet">{t('rules.noChange')}</p>}
        <ul className="stack">
          {changes.map((c) => (
            <li key={`${c.storeId}/${c.field.key}`} className="change">
              <b>{words(c.field).label}</b> {c.storeId && <Chip>{nameOf(c.storeId)}</Chip>}
              <div className="second">{c.from === undefined ? t('rules.asChain') : <RuleValue field={c.field} value={c.from} />} <Icon name="right" size={14} /> <b>{c.to === undefined ? t('rules.asChain') : <RuleValue field={c.field} value={c.to} />}</b></div>
            </li>
          ))}
        </ul>
        <div className="field">
          <label htmlFor="r-date">{t('rules.firstDay')}</label>
          <input className="native" type="date" id="r-date" value={date} min={addDays(me.businessDate, 1)} onChange={(e) => setDate(e.target.value)} />
          <p className="help">{t('rules.firstDayHelp')}</p>
        </div>
        <Failure error={publish.error}>{publish.error && explain(publish.error).reason === 'rules.version_changed' && <Button size="small" onClick={onStale}>{t('rules.loadNewest')}</Button>}</Failure>
        <div className="actions">
          <Button type="primary" htmlType="submit" disabled={changes.length === 0 || wrong.length > 0 || date <= me.businessDate} loading={publish.isPending}>{t('rules.publish')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
        <p className="quiet small">{t('rules.forever')}</p>
      </aside>
    </form>
  )
}
