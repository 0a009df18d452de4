import { TextKind, type CustomerImport } from '@changke/gen/onboarding/v1/onboarding'
import { CustomerImportService } from '@changke/gen/onboarding/v1/onboarding_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PersonPick } from '../staff/PersonPick.tsx'
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
  const staff = data.staff.map((p) => ({ id: p.id, name: p.name, staffNo: p.code, text: p.left ? t('imports.left') : '' }))
  return (
    <section className="card pad stack" aria-labelledby="match-head">
      <h2 id="match-head">{t('imports.match')}</h2>
      <p className="second">{t('imports.matchText')}</p>
      <Failure error={match.error} onClose={() => match.reset()} />
      <ul className="import-texts">
        {data.texts.map((text) => {
          const key = text.kind + text.text
          const target = picks[key] ?? text.targetId
          const pick = (id: string) => setPicks({ ...picks, [key]: id })
          return (
            <li key={key}>
              <span className="quiet small kind">{t(text.kind === TextKind.STORE ? 'imports.kindStore' : 'imports.kindStaff')}</span>
              <b style={{ overflowWrap: 'anywhere' }}>{text.text}</b>
              <span className="second small">{t('imports.textLines', { count: text.lines })}</span>
              {text.kind === TextKind.STORE ? (
                <select className="native" aria-label={text.text} value={target} onChange={(e) => pick(e.target.value)}>
                  <option value="">{t('imports.pick')}</option>
                  {data.stores.map((s) => <option key={s.id} value={s.id}>{s.name}（{s.code}）</option>)}
                </select>
              ) : <PersonPick label={text.text} people={staff} value={target} none={t('imports.pick')} onChange={pick} />}
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
