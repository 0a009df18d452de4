import { StaffService } from '@changke/gen/staff/v1/staff_service'
import type { ApiKey } from '@changke/gen/staff/v1/staff'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'
import { Secret } from './NewKey.tsx'

/** Makes the successor of a key; the old one works on while tills change over. */
export function RotateKey({ apiKey, onClose, onMade }: { apiKey: ApiKey; onClose(): void; onMade(): void }) {
  const { t } = useTranslation()
  const [overlap, setOverlap] = useState('7')
  const [days, setDays] = useState('365')
  const rotate = useMutation(StaffService.method.rotateApiKey, { onSuccess: onMade, gcTime: 0 })
  if (rotate.data) return <Secret secret={rotate.data.secret} note={t('keys.twoLive')} onClose={onClose} />
  const wrong = { overlap: overlap === '' || Number(overlap) > 30, days: !(Number(days) >= 1 && Number(days) <= 730) }
  const digits = (text: string) => text.replaceAll(/\D/g, '')
  return (
    <Dialog title={t('keys.rotateTitle', { label: apiKey.label })} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); if (!wrong.overlap && !wrong.days) rotate.mutate({ keyId: apiKey.id, overlapDays: Number(overlap), validDays: Number(days) }) }} noValidate>
        <p>{t('keys.rotateText')}</p>
        <div className="two">
          <div className="field"><label htmlFor="o-days">{t('keys.overlap')}</label><Input id="o-days" inputMode="numeric" maxLength={2} value={overlap} suffix={t('keys.daysUnit')} onChange={(e) => setOverlap(digits(e.target.value))} /><Wrong text={wrong.overlap ? t('keys.needOverlap') : ''} /><p className="help">{t('keys.overlapHelp')}</p></div>
          <div className="field"><label htmlFor="v-days">{t('keys.days')}</label><Input id="v-days" inputMode="numeric" maxLength={3} value={days} suffix={t('keys.daysUnit')} onChange={(e) => setDays(digits(e.target.value))} /><Wrong text={wrong.days ? t('keys.needDays') : ''} /></div>
        </div>
        <Failure error={rotate.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={rotate.isPending}>{t('keys.rotateGo')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
