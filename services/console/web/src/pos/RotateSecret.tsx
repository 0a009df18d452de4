import type { Webhook } from '@changke/gen/pos/v1/webhook'
import { WebhookService } from '@changke/gen/pos/v1/webhook_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Secret } from '../staff/NewKey.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'

/** Makes a new secret; the one before goes on signing beside it for some days. */
export function RotateSecret({ hook, onClose, onDone }: { hook: Webhook; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const [overlap, setOverlap] = useState('7')
  const rotate = useMutation(WebhookService.method.rotateWebhookSecret, { onSuccess: onDone, gcTime: 0 })
  if (rotate.data) return <Secret title={t('webhooks.rotated')} secret={rotate.data.secret} note={t('webhooks.secretNote')} onClose={onClose} />
  const wrong = overlap === '' || Number(overlap) > 30
  return (
    <Dialog title={t('webhooks.rotateTitle', { label: hook.label })} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); if (!wrong) rotate.mutate({ id: hook.id, overlapDays: Number(overlap) }) }} noValidate>
        <p>{t('webhooks.rotateText')}</p>
        <div className="field"><label htmlFor="o-days">{t('webhooks.overlap')}</label><Input id="o-days" inputMode="numeric" maxLength={2} value={overlap} suffix={t('keys.daysUnit')} style={{ width: 140 }} onChange={(e) => setOverlap(e.target.value.replaceAll(/\D/g, ''))} /><Wrong text={wrong ? t('webhooks.needOverlap') : ''} /><p className="help">{t('keys.overlapHelp')}</p></div>
        <Failure error={rotate.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={rotate.isPending}>{t('webhooks.rotateGo')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
