import { StaffService } from '@changke/gen/staff/v1/staff_service'
import type { ApiKey } from '@changke/gen/staff/v1/staff'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'

/** Changes how many calls a minute a key may make. */
export function KeyLimit({ apiKey, onClose, onDone }: { apiKey: ApiKey; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const [calls, setCalls] = useState(String(apiKey.callsPerMinute))
  const set = useMutation(StaffService.method.setApiKeyLimit, { onSuccess: onDone })
  const wrong = calls !== '' && !(Number(calls) >= 1 && Number(calls) <= 1_000_000)
  return (
    <Dialog title={t('keys.limitTitle', { label: apiKey.label })} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); if (!wrong) set.mutate({ keyId: apiKey.id, callsPerMinute: Number(calls) }) }} noValidate>
        <div className="field"><label htmlFor="l-calls">{t('keys.calls')}</label><Input id="l-calls" inputMode="numeric" value={calls} maxLength={7} placeholder={t('keys.callsNone')} onChange={(e) => setCalls(e.target.value.replaceAll(/\D/g, ''))} /><Wrong text={wrong ? t('keys.needCalls') : ''} /><p className="help">{t('keys.callsHelp')}</p></div>
        <Failure error={set.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={set.isPending}>{t('keys.limitSave')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
