import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { RuleField, RuleSet } from '@changke/gen/tenant/v1/tenant'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { useCan, useMe, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, PageHead } from '../ui/parts.tsx'
import { Publish } from './Publish.tsx'
import { RuleValue, useFieldWords } from './RuleValue.tsx'
import { inForce, valuesOf, type Values } from './values.ts'
import './rules.css'

/** 规则: what can be set, what holds, every version by its date; a new one is published from here. */
export default function Rules() {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(TenantService.method.listRuleSets, {})
  const mayPublish = useCan('rules.publish')
  const { businessDate } = useMe()
  const [editing, setEditing] = useState(false)
  const [params] = useSearchParams()
  const sets = data?.ruleSets ?? []
  const holds = inForce(sets, businessDate)
  const shown = sets.find((s) => String(s.version) === params.get('version')) ?? holds ?? sets[0]
  return (
    <div className="page">
      <PageHead title={t('menu.rules')} sub={t('rules.lead')}>
        {mayPublish && data && !editing && <Button type="primary" icon={<Icon name="edit" size={16} />} onClick={() => setEditing(true)}>{t('rules.change')}</Button>}
      </PageHead>
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={6} h={72} />}
      {data && editing && <Publish fields={data.fields} base={sets[0]} onClose={() => setEditing(false)} onStale={() => void refetch()} />}
      {data && !editing && (
        <div className="rules-grid">
          <Fields fields={data.fields} set={shown} />
          <Versions sets={sets} shown={shown} holds={holds} />
        </div>
      )}
    </div>
  )
}

/** The fields by the family of their rule. */
export function familiesOf(fields: RuleField[]): [string, RuleField[]][] {
  const families = new Map<string, RuleField[]>()
  for (const field of fields) {
    const family = field.rule.split('-')[0] ?? ''
    families.set(family, [...(families.get(family) ?? []), field])
  }
  return [...families]
}

const familyKeys = ['RUL', 'ACC', 'CUS', 'VIS', 'LIF', 'HND', 'DEL', 'BLK', 'QTA', 'CAR'] as const

/** Name of a family of rules. */
export function useFamilyName(): (family: string) => string {
  const { t } = useTranslation()
  return (family) => {
    const key = familyKeys.find((k) => k === family)
    return key ? t(`rules.families.${key}`) : family
  }
}

function Fields({ fields, set }: { fields: RuleField[]; set: RuleSet | undefined }) {
  const { t } = useTranslation()
  const { nameOf } = useStores()
  const familyName = useFamilyName()
  const words = useFieldWords()
  const chain: Values = valuesOf(set, '')
  return (
    <div className="stack">
      {familiesOf(fields).map(([family, members]) => (
        <section key={family} className="card">
          <div className="card-head"><h2>{familyName(family)}</h2></div>
          <ul className="rule-list">
            {members.map((field) => {
              const own = chain[field.key]
              const differs = own !== undefined && own !== field.default
              const stores = set?.stores.filter((s) => s.values[field.key] !== undefined) ?? []
              return (
                <li key={field.key}>
                  <div>
                    <b>{words(field).label}</b> <span className="mono quiet">{field.rule}</span>
                    <p className="second small">{words(field).help}</p>
                    {stores.length > 0 && <p className="small">{stores.map((s) => <Chip key={s.storeId}>{nameOf(s.storeId)} <RuleValue field={field} value={s.values[field.key] ?? 0n} /></Chip>)}</p>}
                  </div>
                  <div className="value">
                    <b><RuleValue field={field} value={own ?? field.default} /></b>
                    {differs && <small className="quiet">{t('rules.default')} <RuleValue field={field} value={field.default} /></small>}
                  </div>
                </li>
              )
            })}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Versions({ sets, shown, holds }: { sets: RuleSet[]; shown: RuleSet | undefined; holds: RuleSet | undefined }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { businessDate } = useMe()
  const { zone } = useStores()
  const [params] = useSearchParams()
  return (
    <section className="card versions">
      <div className="card-head"><h2>{t('rules.versions')}</h2></div>
      <ol>
        {sets.map((set) => {
          const next = new URLSearchParams(params)
          next.set('version', String(set.version))
          return (
            <li key={set.version}>
              <Link to={{ search: next.toString() }} replace preventScrollReset aria-current={set === shown ? 'true' : undefined}>
                <span className="row"><b>{t('why.version', { version: set.version })}</b>{set === holds ? <Chip tone="accent">{t('rules.inForce')}</Chip> : set.effectiveDate > businessDate ? <Chip tone="soon">{t('rules.toCome')}</Chip> : null}</span>
                <small>{set.effectiveDate <= '1970-01-01' ? t('rules.always') : t('rules.since', { date: formatDate(set.effectiveDate, lang) })}</small>
                <small>{t('rules.by', { name: set.publishedBy === 'system' ? t('timeline.system') : set.publishedBy, time: formatTime(set.publishedTime, lang, zone) })}</small>
              </Link>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
