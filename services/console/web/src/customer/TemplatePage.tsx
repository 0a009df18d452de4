import { TemplateService } from '@changke/gen/customer/v1/template_service'
import type { Template, TemplateField } from '@changke/gen/customer/v1/template'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { Button } from 'antd'
import { explain } from '../app/faults.ts'
import { formatTime } from '../ui/format.ts'
import { useLanguage, usePhone } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { newId } from './FileForm.tsx'
import { useTemplate } from './form.ts'
import { PublishTemplate } from './PublishTemplate.tsx'
import { TemplateHistory } from './TemplateHistory.tsx'
import { TemplateList } from './TemplateList.tsx'
import { TemplatePreview } from './TemplatePreview.tsx'
import './template.css'

/** 建档模板: what this chain's files ask for, designed beside how it will look on the phone. */
export default function TemplatePage() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const view = params.get('view') ?? ''
  const inForce = useTemplate()
  const designer = useDesigner()
  return (
    <div className="page">
      <PageHead title={t('menu.template')} sub={t('template.lead')} />
      <Choices param="view" look="tabs" label={t('template.views.label')} values={[{ value: '', label: t('template.views.edit') }, { value: 'history', label: t('template.views.history') }]} />
      <Failure error={designer.error} onRetry={designer.stale ? undefined : designer.reload}>
        {designer.stale && <Button size="small" onClick={designer.reload}>{t('template.reload')}</Button>}
      </Failure>
      {!inForce || !designer.fields ? !designer.error && <Bones rows={6} h={64} />
        : view === 'history' ? <TemplateHistory inForce={inForce} onUse={(fields) => { designer.save(fields); setParams({}) }} />
          : <Design inForce={inForce} designer={designer} fields={designer.fields} />}
    </div>
  )
}

/** The draft as it is being designed: every act is saved at once. */
export type Designer = ReturnType<typeof useDesigner>

function useDesigner() {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery(TemplateService.method.getTemplateDraft, {})
  // What the person sees runs ahead of what the server has; saves go one after another.
  const [ahead, setAhead] = useState<TemplateField[]>()
  const revision = useRef(0n)
  const key = createConnectQueryKey({ schema: TemplateService.method.getTemplateDraft, cardinality: 'finite' })
  useEffect(() => {
    if (data?.draft) revision.current = data.draft.revision
  }, [data])
  const save = useMutation(TemplateService.method.saveTemplate, {
    scope: { id: 'template' },
    onSuccess: (answer) => {
      revision.current = answer.draft?.revision ?? 0n
      client.setQueriesData({ queryKey: key }, (old: object | undefined) => old && { ...old, draft: answer.draft, findings: answer.findings, unused: answer.unused })
    },
  })
  const latest = useRef(Promise.resolve())
  return {
    fields: ahead ?? data?.draft?.fields,
    draft: data?.draft,
    findings: data?.findings ?? [],
    unused: data?.unused ?? [],
    saving: save.isPending,
    error: error ?? save.error,
    stale: Boolean(save.error) && explain(save.error).reason === 'template.draft_changed',
    save: (fields: TemplateField[]) => {
      setAhead(fields)
      latest.current = latest.current.then(() => save.mutateAsync({ expectedRevision: revision.current, fields })).then(() => undefined, () => undefined)
    },
    reload: () => {
      save.reset()
      setAhead(undefined)
      void refetch()
    },
    newName: () => `x_${newId().replaceAll('-', '').slice(-12)}`,
  }
}

function Design({ inForce, designer, fields }: { inForce: Template; designer: Designer; fields: TemplateField[] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const phone = usePhone()
  const [publishing, setPublishing] = useState(false)
  const [looking, setLooking] = useState(false)
  const [flash, mark] = useFlash()
  const { draft, findings } = designer
  const changed = draft?.changed === true
  const saved = useRef(draft?.revision)
  useEffect(() => {
    if (saved.current !== undefined && draft && draft.revision !== saved.current && draft.changed) mark(t('template.saved'))
    saved.current = draft?.revision
  }, [draft, mark, t])
  return (
    <div className="template-grid">
      <TemplateList designer={designer} fields={fields} inForce={inForce} />
      {!phone && <aside className="template-preview"><h2 className="small quiet">{t('template.preview')}</h2><TemplatePreview fields={fields} /></aside>}
      <div className="bottom-bar template-bar">
        <p className="grow small">
          {changed && draft ? <><Chip tone="soon">{t('template.draft', { name: draft.savedBy, time: formatTime(draft.saveTime, lang) })}</Chip> {flash}</> : <span className="quiet">{t('template.inForce', { version: inForce.version })}</span>}
          {findings.length > 0 && <span className="text-late"> <Icon name="alert" size={14} /> {findings.find((f) => f.field === 'fields')?.message ?? t('template.mend')}</span>}
        </p>
        <div className="actions">
          {phone && <Button onClick={() => setLooking(true)}>{t('template.preview')}</Button>}
          {changed && <Button onClick={() => designer.save(inForce.fields)} disabled={designer.saving}>{t('template.discard')}</Button>}
          <Button type="primary" disabled={!changed || findings.length > 0 || designer.saving} onClick={() => setPublishing(true)}>{t('template.publish')}</Button>
        </div>
      </div>
      {publishing && draft && <PublishTemplate inForce={inForce} draft={draft} onClose={() => setPublishing(false)} />}
      {looking && <Dialog title={t('template.preview')} onClose={() => setLooking(false)}><TemplatePreview fields={fields} /></Dialog>}
    </div>
  )
}
