import { OperatorAuthService } from '@changke/gen/operator/v1/operator_auth_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input, QRCode } from 'antd'
import { useEffect, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { violationsByField } from '../app/faults.ts'
import { Bone, Empty, Failure, Wrong } from '../ui/parts.tsx'
import './operator.css'

/** An operator sets password and authenticator, against the code behind # in the address. */
export default function Activate() {
  const { t } = useTranslation()
  const activationCode = useLocation().hash.slice(1)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const begin = useMutation(OperatorAuthService.method.beginActivation, { gcTime: 0 })
  const activate = useMutation(OperatorAuthService.method.activate, { gcTime: 0 })
  const { mutate: start } = begin
  useEffect(() => {
    document.title = `${t('operator.activate')} · ${t('app.name')}`
    if (activationCode) start({ activationCode })
  }, [start, activationCode, t])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (password && /^\d{6}$/.test(code)) activate.mutate({ activationCode, password, code })
  }
  if (activate.data || !activationCode) {
    return (
      <main className="plain-door">
        <Empty icon={activate.data ? 'check' : 'lock'} title={t('operator.activate')} text={t(activate.data ? 'operator.done' : 'operator.noCode')}>
          <Link to="/operator/login">{t('operator.goLogin')}</Link>
        </Empty>
      </main>
    )
  }
  return (
    <main className="plain-door">
      <form onSubmit={submit} noValidate>
        <div><h1>{t('operator.activate')}</h1><p className="second">{begin.data?.operator ? `${begin.data.operator.name}（${begin.data.operator.login}）` : ''} {t('operator.activateLead')}</p></div>
        <Failure error={begin.error} />
        {!begin.error && (
          <>
            <div className="qr">
              <b>{t('operator.scan')}</b>
              <div className="white">{begin.data ? <QRCode value={begin.data.otpauthUri} type="svg" size={176} color="#000000" bgColor="#ffffff" bordered={false} errorLevel="M" /> : <Bone w={176} h={176} />}</div>
              <details><summary>{t('operator.cannot')}</summary><output className="secret mono">{begin.data?.secret.replaceAll(/(.{4})/g, '$1 ').trim()}</output></details>
            </div>
            <div className="field"><label htmlFor="o-new">{t('operator.choose')}</label><Input id="o-new" size="large" type="password" autoComplete="new-password" value={password} onChange={(e) => setPassword(e.target.value)} /><Wrong text={violationsByField(activate.error).password?.message ?? (tried && !password ? t('operator.need.password') : undefined)} /></div>
            <div className="field"><label htmlFor="o-code">{t('operator.prove')}</label><Input id="o-code" size="large" className="mono" inputMode="numeric" autoComplete="one-time-code" maxLength={6} style={{ maxWidth: 180 }} value={code} onChange={(e) => setCode(e.target.value.replaceAll(/\D/g, ''))} /><Wrong text={tried && code.length !== 6 ? t('operator.need.code') : undefined} /></div>
            {!violationsByField(activate.error).password && <Failure error={activate.error} />}
            <Button type="primary" htmlType="submit" size="large" block disabled={!begin.data} loading={activate.isPending}>{t('operator.finish')}</Button>
          </>
        )}
      </form>
    </main>
  )
}
