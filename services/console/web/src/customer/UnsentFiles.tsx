import { timestampFromMs } from '@bufbuild/protobuf/wkt'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip } from '../ui/parts.tsx'
import type { Draft } from './drafts.ts'
import { useDrafts, useUnsent } from './unsent.tsx'
import './file.css'

/** What the caller typed on this device and the server does not have yet; nothing when there is none. */
export function UnsentFiles() {
  const { t } = useTranslation()
  const drafts = useDrafts()
  const unsent = useUnsent()
  if (!drafts || unsent.length === 0) return null
  return (
    <section className="card unsent" aria-label={t('unsent.title')}>
      <div className="card-head">
        <h2>{t('unsent.title')}</h2>
        <p className="sub">{t('unsent.lead')}</p>
      </div>
      <ul className="card-body">
        {unsent.map((d) => <Line key={d.id} draft={d} drop={() => drafts.drop(d.id)} />)}
      </ul>
    </section>
  )
}

function Line({ draft, drop }: { draft: Draft; drop(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const navigate = useNavigate()
  const href = useHref()
  const [sure, setSure] = useState(false)
  const to = draft.id.startsWith('new.') ? `/customers/new?draft=${draft.requestId}` : `/customers/${draft.id.replace('file.', '')}/edit`
  return (
    <li>
      <div>
        <b>{draft.name || t('customer.unnamed')}</b>{' '}
        <Chip tone={draft.refused ? 'late' : draft.send ? 'soon' : 'calm'}>{t(draft.refused ? 'unsent.states.refused' : draft.send ? 'unsent.states.waits' : 'unsent.states.typed')}</Chip>
        <p className="quiet small">{draft.refused ?? formatTime(timestampFromMs(draft.at), lang)}</p>
      </div>
      {sure ? (
        <div className="actions">
          <span className="small">{t('unsent.sure')}</span>
          <Button danger size="small" onClick={drop}>{t('unsent.drop')}</Button>
          <Button size="small" onClick={() => setSure(false)}>{t('app.cancel')}</Button>
        </div>
      ) : (
        <div className="actions">
          <Button size="small" type="primary" onClick={() => void navigate(href(to))}>{t('customer.goOn')}</Button>
          <Button size="small" onClick={() => setSure(true)}>{t('unsent.drop')}</Button>
        </div>
      )}
    </li>
  )
}
