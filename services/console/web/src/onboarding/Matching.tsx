import { TextKind, type CustomerImport, type ImportTarget } from '@changke/gen/onboarding/v1/onboarding'
import { CustomerImportService } from '@changke/gen/onboarding/v1/onboarding_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../ui/parts.tsx'

/** What the list calls stores and people by other words: chosen once, for all lines. */
export function Matching({ list, show }: { list: CustomerImport; show(next: CustomerImport | undefined): void }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(CustomerImportService.method.listImportTexts, { importId: list.id }, { staleTime: 0 })
  const [picks, setPicks] = useState<Record<string, string>>({})
  const match = useMutation(CustomerImportService.method.matchImportTexts, { onSuccess: (res) => { setPicks({}); show(res.import) } })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data || data.texts.length === 0) return null
  const changed = data.texts.filter((text) => (picks[text.kind + text.text] ?? text.targetId) !== text.targetId)
  const name = (target: ImportTarget) => `${target.name}（${target.code}）${target.left ? t('imports.left') : ''}`
  return (
    <section className="card pad stack" aria-labelledby="match-head">
      <h2 id="match-head">{t('imports.match')}</h2>
      <p className="second">{t('imports.matchText')}</p>
      <Failure error={match.error} onClose={() => match.reset()} />
      <ul className="import-texts">
        {data.texts.map((text) => {
          const key = text.kind + text.text
          const targets = text.kind === TextKind.STORE ? data.stores : data.staff
          return (
            <li key={key}>
              <span className="quiet small kind">{t(text.kind === TextKind.STORE ? 'imports.kindStore' : 'imports.kindStaff')}</span>
              <b style={{ overflowWrap: 'anywhere' }}>{text.text}</b>
              <span className="second small">{t('imports.textLines', { count: text.lines })}</span>
              <select className="native" aria-label={text.text} value={picks[key] ?? text.targetId} onChange={(e) => setPicks({ ...picks, [key]: e.target.value })}>
                <option value="">{t('imports.pick')}</option>
                {targets.map((target) => <option key={target.id} value={target.id}>{name(target)}</option>)}
              </select>
            </li>
          )
        })}
      </ul>
      <div className="actions import-acts">
        <Button disabled={changed.length === 0} loading={match.isPending} onClick={() => match.mutate({ importId: list.id, picks: changed.map((text) => ({ kind: text.kind, text: text.text, targetId: picks[text.kind + text.text] ?? '' })) })}>{t('imports.matchSave')}</Button>
      </div>
    </section>
  )
}
