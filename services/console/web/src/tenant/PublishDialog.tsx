import { RuleService } from '@changke/gen/tenant/v1/rule_service'
import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import type { RuleDraft, RuleField, RuleSet } from '@changke/gen/tenant/v1/tenant'
import { createConnectQueryKey, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { explain } from '../app/faults.ts'
import { useHref, useMe } from '../app/me.tsx'
import { addDays } from '../ui/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure } from '../ui/parts.tsx'
import { Changes } from './RuleValue.tsx'
import { changesOf, drafted, placesOf } from './values.ts'

/** Everything that will change, once more, with its first day and why; then it is published. */
export function PublishDialog({ fields, newest, draft, onClose, onStale }: { fields: RuleField[]; newest: RuleSet; draft: RuleDraft; onClose(): void; onStale(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const href = useHref()
  const { businessDate } = useMe()
  const tomorrow = addDays(businessDate, 1)
  const [date, setDate] = useState(draft.effectiveDate > tomorrow ? draft.effectiveDate : tomorrow)
  const [note, setNote] = useState(draft.note)
  const base = placesOf(newest)
  const changes = changesOf(fields, base, drafted(base, draft))
  const publish = useMutation(RuleService.method.publishRuleDraft, {
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TenantService.method.listRuleSets, cardinality: 'finite' }) }),
        client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: RuleService.method.getRuleDraft, cardinality: 'finite' }) }),
      ])
      void navigate(href('/rules?view=history'))
    },
  })
  const late = publish.error && ['rules.draft_changed', 'rules.version_changed'].includes(explain(publish.error).reason)
  return (
    <Dialog title={t('rules.publishTitle', { version: newest.version + 1 })} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); publish.mutate({ expectedRevision: draft.revision, effectiveDate: date, note: note.trim() }) }} noValidate>
        <p className="second">{t('rules.changeCount', { count: changes.length })}</p>
        <div className="publish-list"><Changes changes={changes} /></div>
        <div className="field">
          <label htmlFor="r-date">{t('rules.firstDay')}</label>
          <input className="native" type="date" id="r-date" value={date} min={tomorrow} onChange={(e) => { publish.reset(); setDate(e.target.value) }} />
          <p className="help">{t('rules.firstDayHelp')}</p>
        </div>
        <div className="field">
          <label htmlFor="r-note">{t('rules.why')}</label>
          <Input.TextArea id="r-note" value={note} onChange={(e) => setNote(e.target.value)} rows={2} maxLength={200} placeholder={t('rules.whyHint')} />
        </div>
        <Failure error={publish.error}>{late && <Button size="small" onClick={onStale}>{t('rules.loadNewest')}</Button>}</Failure>
        <div className="actions">
          <Button type="primary" htmlType="submit" disabled={date <= businessDate} loading={publish.isPending}>{t('rules.publish')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
        <p className="quiet small">{t('rules.forever')}</p>
      </form>
    </Dialog>
  )
}
