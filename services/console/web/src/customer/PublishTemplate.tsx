import { TemplateService } from '@changke/gen/customer/v1/template_service'
import type { Template, TemplateDraft } from '@changke/gen/customer/v1/template'
import { createConnectQueryKey, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure } from '../ui/parts.tsx'
import { TemplateChanges } from './TemplateChanges.tsx'

/** What will change, once more, and why; then it is published. */
export function PublishTemplate({ inForce, draft, onClose }: { inForce: Template; draft: TemplateDraft; onClose(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const publish = useMutation(TemplateService.method.publishTemplate, {
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TemplateService, cardinality: undefined }) })
      onClose()
    },
  })
  return (
    <Dialog title={t('template.publishTitle', { version: inForce.version + 1 })} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); publish.mutate({ expectedRevision: draft.revision, note: note.trim() }) }} noValidate>
        <TemplateChanges before={inForce.fields} after={draft.fields} />
        <div className="field">
          <label htmlFor="tp-note">{t('template.why')}</label>
          <Input.TextArea id="tp-note" value={note} onChange={(e) => setNote(e.target.value)} rows={2} maxLength={200} placeholder={t('template.whyHint')} />
        </div>
        <Failure error={publish.error} />
        <div className="actions">
          <Button type="primary" htmlType="submit" loading={publish.isPending}>{t('template.publish')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
        <p className="quiet small">{t('template.publishText')}</p>
      </form>
    </Dialog>
  )
}
