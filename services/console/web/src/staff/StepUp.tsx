import { AuthService, ProofKind } from '@changke/gen/staff/v1/auth_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure } from '../ui/parts.tsx'

/** Asks the person for a proof that it is he; what he wanted to do then goes on by itself. */
export default function StepUp({ onDone }: { onDone(proven: boolean): void }) {
  const { t } = useTranslation()
  const { proof: kind } = useMe()
  const [proof, setProof] = useState('')
  const prove = useMutation(AuthService.method.stepUp, { onSuccess: () => onDone(true), gcTime: 0 })
  if (kind === ProofKind.LOGIN) {
    return (
      <Dialog title={t('stepUp.title')} onClose={() => onDone(false)}>
        <div className="stack" style={{ gap: 18 }}>
          <p>{t('stepUp.again')}</p>
          <div className="actions"><Button onClick={() => onDone(false)}>{t('app.close')}</Button></div>
        </div>
      </Dialog>
    )
  }
  const code = kind === ProofKind.CODE
  return (
    <Dialog title={t('stepUp.title')} onClose={() => onDone(false)}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); if (proof) prove.mutate({ proof: code ? proof.trim() : proof }) }} noValidate>
        <p className="second">{t('stepUp.text')}</p>
        <div className="field">
          <label htmlFor="step-up">{t(code ? 'stepUp.code' : 'login.password')}</label>
          <Input id="step-up" type={code ? 'text' : 'password'} size="large" className={code ? 'mono' : undefined} autoComplete={code ? 'one-time-code' : 'current-password'} autoCapitalize="none" value={proof} onChange={(e) => setProof(e.target.value)} />
        </div>
        <Failure error={prove.error} />
        <div className="actions">
          <Button type="primary" htmlType="submit" disabled={!proof} loading={prove.isPending}>{t('stepUp.go')}</Button>
          <Button onClick={() => onDone(false)}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
