import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt'
import type { Change, Line, Text } from '@changke/gen/audit/v1/audit'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useCan, useStores } from '../app/me.tsx'
import type { Language } from '../ui/format.ts'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Go } from '../ui/parts.tsx'

/** A text of the server in the language in use. */
export const words = (text: Text | undefined, lang: Language) => (lang === 'en' ? text?.en : text?.zh) ?? ''

/** 王芳 代 李强 审核通过了客户档案 秦安然: a name filters by it, the object opens its page. */
export function Act({ line: l }: { line: Line }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const kind = l.actorKind === 'system' ? t('audit.system') : l.actorKind === 'key' ? t('audit.key') : l.actorKind === 'operator' ? t('audit.operator') : ''
  return (
    <p className="audit-act">
      {l.actorKind === 'person' ? <Narrow parts={{ person: l.actorId }}>{l.actorName || t('audit.somebody')}</Narrow> : <b>{[kind, l.actorName.replace(/^system:?/, '')].filter(Boolean).join(' ')}</b>}
      {l.forPersonId && <>{t('audit.for')}<Narrow parts={{ person: l.forPersonId }}>{l.forPersonName || t('audit.somebody')}</Narrow></>}
      <span>{words(l.actionText, lang)}</span>
      <ObjectName line={l} />
    </p>
  )
}

function ObjectName({ line: l }: { line: Line }) {
  const { t } = useTranslation()
  const mayRead = useCan('customer.read')
  if (!l.objectId || (l.object === 'person' && l.objectId === l.actorId)) return null
  const name = l.objectName || (/^[0-9a-f-]{36}$/.test(l.objectId) ? shortId(l.objectId) : l.object === 'rules' ? t('audit.version', { version: l.objectId }) : l.objectId)
  const href = l.object === 'customer' && mayRead && l.objectName ? `/customers/${l.objectId}` : l.object === 'run' ? `/runs/${l.objectId}` : l.object === 'rules' ? '/rules' : ''
  return href ? <Go to={href} className="open">{name}</Go> : <Narrow parts={{ object: l.object, id: l.objectId }}>{name}</Narrow>
}

/** The end of an id, which tells things without a name apart. */
export const shortId = (id: string) => `#${id.slice(-6)}`

/** When, to the second, for acts follow each other closely. */
export function When({ line: l }: { line: Line }) {
  const lang = useLanguage()
  const { zone } = useStores()
  const second = l.time ? String(Math.floor(timestampMs(l.time) / 1000) % 60).padStart(2, '0') : ''
  return <time className="nowrap">{formatTime(l.time, lang, zone)}<span className="quiet">:{second}</span></time>
}

/** A word that narrows the list to itself. */
function Narrow({ parts, children }: { parts: Record<string, string>; children: string }) {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const next = new URLSearchParams(params)
  for (const [part, value] of Object.entries(parts)) next.set(part, value)
  return <Go to={`/audit?${next.toString()}`} className="narrow"><b title={t('audit.narrow')}>{children}</b></Go>
}

const shown = 3

/** What changed: 状态 待审核 → 已通过. More than three open on request. */
export function Changes({ line: l }: { line: Line }) {
  const { t } = useTranslation()
  const said = l.changes.filter((c) => c.before?.zh || c.after?.zh)
  if (said.length === 0) return null
  const first = said.slice(0, shown)
  const rest = said.slice(shown)
  return (
    <div className="audit-changes small">
      <ul>{first.map((c, i) => <Changed key={i} change={c} />)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{t('audit.more', { count: rest.length })}</summary>
          <ul>{rest.map((c, i) => <Changed key={i} change={c} />)}</ul>
        </details>
      )}
    </div>
  )
}

function Changed({ change: c }: { change: Change }) {
  const lang = useLanguage()
  const { zone } = useStores()
  const before = readable(words(c.before, lang), lang, zone)
  const after = readable(words(c.after, lang), lang, zone)
  const was = before !== after && before
  return (
    <li>
      <span className="quiet">{words(c.fieldText, lang)}</span>
      {was && <span className="second">{was}</span>}
      {was && <Icon name="right" size={12} />}
      <span>{after || '—'}</span>
    </li>
  )
}

/** Dates and moments read as everywhere in the console. */
export function readable(value: string, lang: Language, zone: string | undefined): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formatDate(value, lang)
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(value)) return formatTime(timestampFromMs(Date.parse(value)), lang, zone)
  return value
}

/** The address; session and request id on asking, for whoever lays them beside a log. */
export function From({ line: l }: { line: Line }) {
  const { t } = useTranslation()
  if (!l.address && !l.requestId) return <span className="quiet">—</span>
  return (
    <details className="audit-from">
      <summary className="mono">{l.address || t('audit.inside')}</summary>
      <dl className="small">
        {l.requestId && <><dt>{t('fault.requestId')}</dt><dd className="mono">{l.requestId}</dd></>}
        {l.sessionId && <><dt>{t('audit.session')}</dt><dd className="mono">{l.sessionId}</dd></>}
      </dl>
    </details>
  )
}

/** Whether a block of the chain holds the line. */
export function Mark({ line: l }: { line: Line }) {
  const { t } = useTranslation()
  return l.sealed
    ? <span className="audit-mark quiet nowrap" title={t('audit.sealedHow')}><Icon name="lock" size={14} />{t('audit.isSealed')}</span>
    : <span className="audit-mark quiet nowrap" title={t('audit.waitsHow')}><Icon name="clock" size={14} />{t('audit.waits')}</span>
}
