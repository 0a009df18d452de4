import { RuleService } from '@changke/gen/tenant/v1/rule_service'
import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { RuleDraft, RuleField, RuleSet } from '@changke/gen/tenant/v1/tenant'
import { createConnectQueryKey, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useMe } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Chip, Failure, Go, type Tone } from '../ui/parts.tsx'
import { usePublished } from './Rules.tsx'
import { Changes, useFieldWords, useShow, useStoreName } from './RuleValue.tsx'
import { changesOf, drafted, placesOf, standingOf, type Places, type Standing } from './values.ts'

const tones: Record<Standing, Tone> = { inForce: 'accent', toCome: 'soon', withdrawn: 'calm', replaced: 'calm', past: 'calm' }

/** Every version: who, when, from when, why, and what changed; and any two side by side. */
export function History({ fields, sets, draft, mayWithdraw }: { fields: RuleField[]; sets: RuleSet[]; draft: RuleDraft | undefined; mayWithdraw: boolean }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const published = usePublished()
  const { businessDate } = useMe()
  const [withdrawing, setWithdrawing] = useState<RuleSet>()
  return (
    <div className="history-grid">
      <ol className="stack">
        {sets.map((set, i) => {
          const standing = standingOf(set, sets, businessDate)
          const before = sets[i + 1]
          const changes = before ? changesOf(fields, placesOf(before), placesOf(set)) : []
          const taken = sets.find((s) => s.withdraws === set.version)
          return (
            <li key={set.version} className="card pad version" id={`v${set.version}`}>
              <header>
                <h2>{t('rules.version', { version: set.version })}</h2>
                {standing !== 'past' && <Chip tone={tones[standing]}>{t(`rules.standing.${standing}`)}</Chip>}
                <span>{set.effectiveDate <= '1970-01-01' ? t('rules.always') : t('rules.since', { date: formatDate(set.effectiveDate, lang) })}</span>
                {mayWithdraw && i === 0 && standing === 'toCome' && set.withdraws === 0 && <Button size="small" onClick={() => setWithdrawing(set)}>{t('rules.withdraw')}</Button>}
              </header>
              <p className="quiet small">{published(set)}{set.withdraws > 0 && ` · ${t('rules.withdraws', { version: set.withdraws })}`}{taken && ` · ${t('rules.takenBack', { version: taken.version })}`}</p>
              {set.note && <p>“{set.note}”</p>}
              {changes.length > 0 && (
                <details open={i < 2}>
                  <summary>{t('rules.changedFrom', { count: changes.length, version: before?.version ?? 0 })}</summary>
                  <Changes changes={changes} />
                </details>
              )}
              {before && changes.length === 0 && <p className="quiet small">{t('rules.sameAs', { version: before.version })}</p>}
            </li>
          )
        })}
      </ol>
      {(sets.length > 1 || (draft?.edits.length ?? 0) > 0) && <Compare fields={fields} sets={sets} draft={draft} />}
      {withdrawing && <Withdraw set={withdrawing} onClose={() => setWithdrawing(undefined)} />}
    </div>
  )
}

/** Two versions, or a version and the draft, field by field. */
function Compare({ fields, sets, draft }: { fields: RuleField[]; sets: RuleSet[]; draft: RuleDraft | undefined }) {
  const { t } = useTranslation()
  const words = useFieldWords()
  const show = useShow()
  const nameOf = useStoreName()
  const [params, setParams] = useSearchParams()
  const hasDraft = (draft?.edits.length ?? 0) > 0
  const known = (name: string, otherwise: string) => {
    const wanted = params.get(name) ?? ''
    return sets.some((s) => String(s.version) === wanted) || (wanted === 'draft' && hasDraft) ? wanted : otherwise
  }
  const b = known('b', String(sets[0]?.version ?? 1))
  const a = known('a', String(sets[1]?.version ?? 1))
  const places = (name: string): Places => (name === 'draft' ? drafted(placesOf(sets[0]), draft) : placesOf(sets.find((s) => String(s.version) === name)))
  const title = (name: string) => (name === 'draft' ? t('rules.views.draft') : t('rules.version', { version: name }))
  const changes = changesOf(fields, places(a), places(b))
  const pick = (name: string, value: string) => setParams((old) => {
    const next = new URLSearchParams(old)
    next.set(name, value)
    return next
  }, { replace: true, preventScrollReset: true })
  const choice = (name: string, value: string, label: string) => (
    <select className="native" aria-label={label} value={value} onChange={(e) => pick(name, e.target.value)}>
      {hasDraft && <option value="draft">{title('draft')}</option>}
      {sets.map((s) => <option key={s.version} value={String(s.version)}>{title(String(s.version))}</option>)}
    </select>
  )
  return (
    <section className="card pad stack compare">
      <h2>{t('rules.compare')}</h2>
      <div className="two">{choice('a', a, t('rules.older'))}{choice('b', b, t('rules.newer'))}</div>
      {changes.length === 0 ? <p className="quiet">{t(a === b ? 'rules.sameVersion' : 'rules.noDifference')}</p> : (
        <table className="differences">
          <thead><tr><th scope="col">{t('rules.parameter')}</th><th scope="col">{title(a)}</th><th scope="col">{title(b)}</th></tr></thead>
          <tbody>
            {changes.map((c) => (
              <tr key={`${c.storeId}/${c.field.key}`}>
                <th scope="row">{words(c.field).label} {c.storeId && <Chip>{nameOf(c.storeId)}</Chip>}</th>
                {[c.from, c.to].map((value, i) => <td key={i}>{value === undefined ? t('rules.asChain') : show(c.field, value)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="small"><Go to="/rules">{t('rules.allValues')}</Go></p>
    </section>
  )
}

/** Takes a planned version back, with why. */
function Withdraw({ set, onClose }: { set: RuleSet; onClose(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const withdraw = useMutation(RuleService.method.withdrawRuleSet, {
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TenantService.method.listRuleSets, cardinality: 'finite' }) })
      onClose()
    },
  })
  return (
    <Dialog title={t('rules.withdrawTitle', { version: set.version })} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); withdraw.mutate({ version: set.version, note: note.trim() }) }}>
        <p>{t('rules.withdrawText', { version: set.version + 1, date: formatDate(set.effectiveDate, lang) })}</p>
        <div className="field">
          <label htmlFor="r-back">{t('rules.why')}</label>
          <Input.TextArea id="r-back" value={note} onChange={(e) => setNote(e.target.value)} rows={2} maxLength={200} />
        </div>
        <Failure error={withdraw.error} />
        <div className="actions"><Button type="primary" danger htmlType="submit" loading={withdraw.isPending}>{t('rules.withdraw')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
