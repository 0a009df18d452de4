import { OperatorAuthService } from '@changke/gen/operator/v1/operator_auth_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure } from '../ui/parts.tsx'

/** Asks the operator for a fresh code before what touches a whole chain; the act then goes on by itself. */
export function Prove({ onDone }: { onDone(proven: boolean): void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const prove = useMutation(OperatorAuthService.method.proveOperator, { onSuccess: () => onDone(true), onError: () => setCode(''), gcTime: 0 })
  const ready = /^\d{6}$/.test(code)
  return (
    <Dialog title={t('stepUp.title')} onClose={() => onDone(false)}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); if (ready) prove.mutate({ code }) }} noValidate>
        <p className="second">{t('operator.proveText')}</p>
        <div className="field"><label htmlFor="o-proof">{t('operator.code')}</label><Input id="o-proof" size="large" className="mono" inputMode="numeric" autoComplete="one-time-code" maxLength={6} style={{ maxWidth: 180 }} value={code} onChange={(e) => setCode(e.target.value.replaceAll(/\D/g, ''))} aria-describedby="o-proof-help" /><p className="help" id="o-proof-help">{t('operator.codeHelp')}</p></div>
        <Failure error={prove.error} />
        <div className="actions"><Button type="primary" htmlType="submit" disabled={!ready} loading={prove.isPending}>{t('stepUp.go')}</Button><Button onClick={() => onDone(false)}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
