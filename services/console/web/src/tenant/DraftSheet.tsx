import { RuleService } from '@changke/gen/tenant/v1/rule_service'
import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { FieldKind, type RuleDraft, type RuleField, type RuleSet } from '@changke/gen/tenant/v1/tenant'
import { createConnectQueryKey, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBlocker } from 'react-router'
import { explain } from '../app/faults.ts'
import { useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Chip, Failure, useFlash } from '../ui/parts.tsx'
import { FieldInput } from './FieldInput.tsx'
import { FieldLine, Sheet } from './Parameters.tsx'
import { PublishDialog } from './PublishDialog.tsx'
import { Changes, useFieldWords, useShow, useStoreName } from './RuleValue.tsx'
import { changesOf, contradictionsOf, drafted, parseValue, placesOf, put, textOf, valueAt, type Change } from './values.ts'

/** The chain's draft: each value beside the one it would replace, and the list of what changes. Several people work on it. */
export function DraftSheet({ fields, sets, draft }: { fields: RuleField[]; sets: RuleSet[]; draft: RuleDraft }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const { stores, storeId: place, choose } = useStores()
  const words = useFieldWords()
  const show = useShow()
  const nameOf = useStoreName()
  const [flash, mark] = useFlash()
  const [publishing, setPublishing] = useState(false)
  // What was typed and is not saved yet, by place and field; a text that is no value stays to be mended.
  const [typed, setTyped] = useState<Record<string, string>>({})
  const newest = sets[0]!
  const base = placesOf(newest)
  const saved = drafted(base, draft)
  const now = structuredClone(saved)
  const wrong: string[] = []
  for (const [at, text] of Object.entries(typed)) {
    const [where = '', key] = at.split('/')
    const field = fields.find((f) => f.key === key)
    if (!field) continue
    const value = text.trim() === '' ? undefined : parseValue(field, text)
    if (text.trim() !== '' && value === undefined) wrong.push(at)
    else put(now, where, field.key, value)
  }
  const changes = changesOf(fields, base, now)
  const bad = contradictionsOf(fields, now)
  const stale = draft.edits.length > 0 && draft.baseVersion < newest.version
  const dirty = wrong.length > 0 || changesOf(fields, saved, now).length > 0
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && currentLocation.pathname !== nextLocation.pathname)
  useEffect(() => {
    if (!dirty) return
    const stay = (e: BeforeUnloadEvent) => e.preventDefault()
    window.addEventListener('beforeunload', stay)
    return () => window.removeEventListener('beforeunload', stay)
  }, [dirty])

  const refresh = (next?: RuleDraft) => {
    const key = createConnectQueryKey({ schema: RuleService.method.getRuleDraft, cardinality: 'finite' })
    if (next) client.setQueriesData({ queryKey: key }, (old: object | undefined) => old && { ...old, draft: next })
    return client.invalidateQueries({ queryKey: key })
  }
  const save = useMutation(RuleService.method.saveRuleDraft, { onSuccess: (res) => { setTyped({}); mark(t('rules.saved')); void refresh(res.draft) } })
  const discard = useMutation(RuleService.method.discardRuleDraft, { onSuccess: (res) => { setTyped({}); void refresh(res.draft) } })
  const reload = async () => {
    save.reset()
    discard.reset()
    await Promise.all([refresh(), client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TenantService.method.listRuleSets, cardinality: 'finite' }) })])
  }
  const edits = changes.map((c) => ({ storeId: c.storeId, key: c.field.key, value: c.to }))
  const store = () => save.mutateAsync({ expectedRevision: draft.revision, baseVersion: newest.version, edits, effectiveDate: draft.effectiveDate, note: draft.note })
  const set = (field: RuleField, text: string) => {
    if (save.error) save.reset()
    setTyped({ ...typed, [`${place}/${field.key}`]: text })
  }
  const labelAt = (at: string) => {
    const [where = '', key] = at.split('/')
    const field = fields.find((f) => f.key === key)
    return [where && nameOf(where), field && words(field).label].filter(Boolean).join(' · ')
  }
  const maker = (c: Change) => {
    const edit = draft.edits.find((e) => e.storeId === c.storeId && e.key === c.field.key)
    return edit && edit.value === c.to ? t('rules.madeBy', { name: edit.changedBy, time: formatTime(edit.changedTime, lang) }) : t('rules.notSaved')
  }
  const error = save.error ?? discard.error
  const conflict = error && ['rules.draft_changed', 'rules.version_changed'].includes(explain(error).reason)
  return (
    <div className="draft-grid">
      <Sheet
        columns={<span className="value-columns quiet small"><span>{t('rules.versionShort', { version: newest.version })}</span><span>{t('rules.views.draft')}</span></span>}
        fields={place ? fields.filter((f) => f.storeMayOverride) : fields}
        lead={stores.length > 0 && (
          <select className="native" value={place} onChange={(e) => choose(e.target.value)} aria-label={t('rules.place')}>
            <option value="">{t('rules.chain')}</option>
            {stores.map((s) => <option key={s.id} value={s.id}>{t('rules.onlyStore', { store: s.name })}</option>)}
          </select>
        )}
      >
        {(field) => {
          const at = `${place}/${field.key}`
          const own = now[place]?.[field.key]
          const inherited = place ? valueAt(field, now, '') : field.default
          const text = typed[at] ?? (own === undefined ? (place ? '' : textOf(field, field.default)) : textOf(field, own))
          const before = base[place]?.[field.key]
          const clash = bad.find((b) => b.field === field && b.storeId === place)
          return (
            <FieldLine key={field.key} field={field} labelFor={`r-${field.key}`} changed={changes.some((c) => c.field === field && c.storeId === place)}>
              <span className="now"><small className="quiet">{t('rules.versionShort', { version: newest.version })}</small> {place && before === undefined ? t('rules.asChainIs', { value: show(field, valueAt(field, base, '')) }) : show(field, before ?? field.default)}</span>
              <FieldInput field={field} id={`r-${field.key}`} text={text} bad={wrong.includes(at) || clash !== undefined} inherited={place ? inherited : undefined} onChange={(next) => set(field, next)} />
              {wrong.includes(at) && <small className="text-late" role="alert">{t('rules.outOfRange', { min: show(field, field.min), max: show(field, field.max) })}</small>}
              {clash && !wrong.includes(at) && <small className="text-late" role="alert">{t(clash.field.kind === FieldKind.TIME ? 'rules.before' : 'rules.below', { low: words(clash.low).label, value: show(clash.low, clash.lowValue) })}</small>}
            </FieldLine>
          )
        }}
      </Sheet>
      {changes.length > 0 && (
        <div className="draft-bar">
          <span>{t('rules.draftCount', { count: changes.length })}</span>
          <Button type="primary" onClick={() => document.querySelector('.publish')?.scrollIntoView({ behavior: 'smooth' })}>{t('rules.seeChanges')}</Button>
        </div>
      )}
      <aside className="card pad stack publish">
        <h2>{t('rules.draftOf', { version: newest.version + 1 })} {flash}</h2>
        {draft.savedTime && draft.edits.length > 0 && <p className="quiet small">{t('rules.savedBy', { name: draft.savedBy, time: formatTime(draft.savedTime, lang) })}</p>}
        {stale && <p className="note"><Icon name="alert" size={16} />{t('rules.stale', { base: draft.baseVersion, newest: newest.version })}</p>}
        {changes.length === 0 && wrong.length === 0 ? <p className="quiet">{t('rules.noChange')}</p> : <Changes changes={changes} foot={maker} />}
        {wrong.map((at) => <p className="note" key={at}><Icon name="alert" size={16} />{t('rules.wrongValue', { label: labelAt(at) })}</p>)}
        {bad.map((b) => (
          <p className="note" key={`${b.storeId}/${b.field.key}`}><Icon name="alert" size={16} /><span>{b.storeId && <Chip>{nameOf(b.storeId)}</Chip>} {words(b.field).label} {show(b.field, b.value)}: {t(b.field.kind === FieldKind.TIME ? 'rules.before' : 'rules.below', { low: words(b.low).label, value: show(b.low, b.lowValue) })}</span></p>
        ))}
        <Failure error={error} onClose={() => { save.reset(); discard.reset() }}>
          {conflict && <Button size="small" onClick={() => void reload()}>{t('rules.loadNewest')}</Button>}
        </Failure>
        <div className="actions">
          <Button type="primary" disabled={changes.length === 0 || wrong.length > 0 || bad.length > 0} loading={save.isPending} onClick={() => void (dirty || stale ? store().then(() => setPublishing(true)).catch(() => undefined) : setPublishing(true))}>{t('rules.toPublish')}</Button>
          <Button disabled={!dirty || wrong.length > 0} onClick={() => void store().catch(() => undefined)}>{t('rules.save')}</Button>
          {(draft.edits.length > 0 || dirty) && (
            <Popconfirm title={t('rules.discardTitle')} description={t('rules.discardText')} okText={t('rules.discard')} cancelText={t('app.cancel')} onConfirm={() => (draft.edits.length > 0 ? discard.mutate({ expectedRevision: draft.revision }) : setTyped({}))}>
              <Button type="text" danger>{t('rules.discard')}</Button>
            </Popconfirm>
          )}
        </div>
      </aside>
      {publishing && <PublishDialog fields={fields} newest={newest} draft={draft} onClose={() => setPublishing(false)} onStale={() => { setPublishing(false); void reload() }} />}
      {blocker.state === 'blocked' && (
        <Dialog title={t('rules.leaveTitle')} onClose={() => blocker.reset()}>
          <div className="stack">
            <p>{t('rules.leaveText')}</p>
            <div className="actions">
              <Button type="primary" disabled={wrong.length > 0} onClick={() => void store().then(() => blocker.proceed()).catch(() => blocker.reset())}>{t('rules.save')}</Button>
              <Button onClick={() => blocker.proceed()}>{t('rules.leave')}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  )
}
