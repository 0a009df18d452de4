import type { Webhook } from '@changke/gen/pos/v1/webhook'
import { WebhookService } from '@changke/gen/pos/v1/webhook_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { Secret } from '../staff/NewKey.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'
import { types } from './words.ts'

const askable = Object.entries(types).filter(([type]) => type !== 'ping')

/** Makes a webhook and shows its secret, this once; or changes one. */
export function EditWebhook({ hook, onClose, onDone }: { hook: Webhook | undefined; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const { stores } = useStores()
  const [label, setLabel] = useState(hook?.label ?? '')
  const [url, setUrl] = useState(hook?.url ?? '')
  const [events, setEvents] = useState<string[]>(hook?.events ?? ['booking.changed'])
  const [where, setWhere] = useState<string[]>(hook?.storeIds ?? [])
  const [tried, setTried] = useState(false)
  const make = useMutation(WebhookService.method.createWebhook, { onSuccess: onDone, gcTime: 0 })
  const change = useMutation(WebhookService.method.updateWebhook, { onSuccess: () => { onDone(); onClose() } })
  if (make.data) return <Secret title={t('webhooks.made')} secret={make.data.secret} note={t('webhooks.secretNote')} onClose={onClose} />
  const wrong = { label: !label.trim(), url: !/^https:\/\/[^\s/]+/.test(url.trim()), events: events.length === 0 }
  const toggle = (list: string[], value: string) => (list.includes(value) ? list.filter((v) => v !== value) : [...list, value])
  const save = () => {
    setTried(true)
    if (Object.values(wrong).some(Boolean)) return
    const said = { label: label.trim(), events, storeIds: where }
    if (hook) change.mutate({ id: hook.id, ...said })
    else make.mutate({ url: url.trim(), ...said })
  }
  const say = (bad: boolean, text: string) => <Wrong text={tried && bad ? text : ''} />
  return (
    <Dialog title={hook ? t('webhooks.editTitle', { label: hook.label }) : t('webhooks.newTitle')} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <div className="field"><label htmlFor="w-label">{t('webhooks.label')}</label><Input id="w-label" value={label} maxLength={40} placeholder={t('webhooks.labelHint')} onChange={(e) => setLabel(e.target.value)} />{say(wrong.label, t('webhooks.needLabel'))}</div>
        <div className="field"><label htmlFor="w-url">{t('webhooks.url')}</label><Input id="w-url" inputMode="url" value={url} maxLength={500} disabled={!!hook} placeholder={t('webhooks.urlHint')} onChange={(e) => setUrl(e.target.value)} />{say(wrong.url, t('webhooks.needUrl'))}{!hook && <p className="help">{t('webhooks.urlHelp')}</p>}</div>
        <div className="field">
          <span className="label">{t('webhooks.events')}</span>
          {askable.map(([type, word]) => (
            <label key={type} className="row tick"><input type="checkbox" checked={events.includes(type)} onChange={() => setEvents(toggle(events, type))} />{t(`webhooks.types.${word}`)} <span className="mono quiet">{type}</span></label>
          ))}
          {say(wrong.events, t('webhooks.needEvents'))}
        </div>
        <div className="field">
          <span className="label">{t('webhooks.stores')}</span>
          {stores.map((s) => <label key={s.id} className="row tick"><input type="checkbox" checked={where.includes(s.id)} onChange={() => setWhere(toggle(where, s.id))} />{s.name}</label>)}
          <p className="help">{t('webhooks.allStoresHelp')}</p>
        </div>
        <Failure error={make.error ?? change.error} onRetry={save} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={make.isPending || change.isPending}>{t(hook ? 'webhooks.save' : 'webhooks.make')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
