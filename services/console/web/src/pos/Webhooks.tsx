import type { Webhook } from '@changke/gen/pos/v1/webhook'
import { WebhookState } from '@changke/gen/pos/v1/webhook'
import { WebhookService } from '@changke/gen/pos/v1/webhook_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { formatTime, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { GuideLink } from './GuideLink.tsx'
import { EditWebhook } from './EditWebhook.tsx'
import { RotateSecret } from './RotateSecret.tsx'
import { wordOf } from './words.ts'
import './webhooks.css'

/** 接口推送: where events are sent; a secret is shown once. */
export default function Webhooks() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayWrite = useCan('webhook.write')
  const [editing, setEditing] = useState<Webhook | 'new'>()
  const [rotating, setRotating] = useState<Webhook>()
  const list = useQuery(WebhookService.method.listWebhooks, {}, { refetchInterval: 10_000 }) // a test's answer, or a failure, shows by itself
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: WebhookService.method.listWebhooks, cardinality: 'finite' }) })
  const hooks = list.data?.webhooks
  const make = mayWrite && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => setEditing('new')}>{t('webhooks.new')}</Button>
  return (
    <div className="page">
      <PageHead title={t('menu.webhooks')} sub={<>{t('webhooks.lead')} <GuideLink /></>}>{!!hooks?.length && make}</PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!hooks && !list.error && <Bones rows={2} h={150} />}
      {hooks?.length === 0 && <div className="card"><Empty icon="upload" title={t('webhooks.empty')} text={t('webhooks.emptyText')}>{make}</Empty></div>}
      {hooks && hooks.length > 0 && (
        <ul className="cards hooks">{hooks.map((h) => <li key={h.id} className="card"><Hook hook={h} mayWrite={mayWrite} onEdit={() => setEditing(h)} onRotate={() => setRotating(h)} onChanged={() => void reload()} /></li>)}</ul>
      )}
      {editing && <EditWebhook hook={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} onDone={() => void reload()} />}
      {rotating && <RotateSecret hook={rotating} onClose={() => setRotating(undefined)} onDone={() => void reload()} />}
    </div>
  )
}

function Hook({ hook: h, mayWrite, onEdit, onRotate, onChanged }: { hook: Webhook; mayWrite: boolean; onEdit(): void; onRotate(): void; onChanged(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { nameOf, zone } = useStores()
  const [flash, say] = useFlash()
  const active = useMutation(WebhookService.method.setWebhookActive, { onSuccess: onChanged })
  const ping = useMutation(WebhookService.method.pingWebhook, { onSuccess: () => say(t('webhooks.pinged')) })
  const on = h.state === WebhookState.ACTIVE
  const ending = h.secrets.find((s) => s.expireTime)
  const events = h.events.map((e) => { const word = wordOf(e); return word ? t(`webhooks.types.${word}`) : e })
  return (
    <div className="stack" style={{ gap: 10 }}>
      <div className="row hook-head"><h2>{h.label}</h2><HookState hook={h} /></div>
      <code className="hook-url">{h.url}</code>
      <dl className="hook-facts">
        <div><dt>{t('webhooks.events')}</dt><dd>{joinWords(events, lang)}</dd></div>
        <div><dt>{t('webhooks.stores')}</dt><dd>{h.storeIds.length === 0 ? t('webhooks.allStores') : joinWords(h.storeIds.map(nameOf), lang)}</dd></div>
        <div><dt>{t('webhooks.accepted')}</dt><dd>{h.acceptTime ? formatTime(h.acceptTime, lang, zone) : t('webhooks.never')}{on && h.failingSinceTime && <span className="late-text"> · {t('webhooks.failing', { time: formatTime(h.failingSinceTime, lang, zone) })}</span>}</dd></div>
      </dl>
      {ending && <p className="quiet small">{t('webhooks.secrets', { time: formatTime(ending.expireTime, lang, zone) })}</p>}
      <Failure error={active.error ?? ping.error} onClose={() => { active.reset(); ping.reset() }} />
      {flash}
      <div className="row hook-acts">
        <Go className="go-button plain" to={`/webhooks/${h.id}`}>{t('webhooks.log')}</Go>
        {mayWrite && <Button loading={ping.isPending} onClick={() => ping.mutate({ id: h.id })}>{t('webhooks.ping')}</Button>}
        {mayWrite && <Button onClick={onEdit}>{t('webhooks.edit')}</Button>}
        {mayWrite && <Button onClick={onRotate}>{t('webhooks.rotate')}</Button>}
        {mayWrite && on && (
          <Popconfirm title={t('webhooks.disableTitle', { label: h.label })} description={t('webhooks.disableText')} okText={t('webhooks.disable')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => active.mutate({ id: h.id, active: false })}>
            <Button danger loading={active.isPending}>{t('webhooks.disable')}</Button>
          </Popconfirm>
        )}
        {mayWrite && !on && <Button type="primary" loading={active.isPending} onClick={() => active.mutate({ id: h.id, active: true })}>{t('webhooks.enable')}</Button>}
      </div>
    </div>
  )
}

function HookState({ hook: h }: { hook: Webhook }) {
  const { t } = useTranslation()
  if (h.state === WebhookState.FAILED) return <Chip tone="late">{t('webhooks.failed')}</Chip>
  if (h.state === WebhookState.DISABLED) return <Chip>{t('webhooks.disabled')}</Chip>
  return <Chip tone={h.failingSinceTime ? 'soon' : 'done'}>{t('webhooks.active')}</Chip>
}
