import { OperatorAuthService } from '@changke/gen/operator/v1/operator_auth_service'
import { useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { Failure, Wrong } from '../ui/parts.tsx'
import './operator.css'

/** Where operators come in: password and authenticator together. */
export default function OperatorLogin() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [form, setForm] = useState({ login: '', password: '', code: '' })
  const [tried, setTried] = useState(false)
  const login = useMutation(OperatorAuthService.method.loginOperator, {
    gcTime: 0,
    onSuccess: () => {
      client.clear()
      void navigate('/operator', { replace: true })
    },
    onError: () => setForm({ ...form, code: '' }), // it may be used up
  })
  useEffect(() => {
    document.title = `${t('operator.title')} · ${t('app.name')}`
  }, [t])
  const wrong = { login: !form.login.trim(), password: !form.password, code: !/^\d{6}$/.test(form.code) }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!Object.values(wrong).some(Boolean)) login.mutate({ ...form, login: form.login.trim() }, { onSettled: () => setTried(false) })
  }
  const say = (name: keyof typeof wrong) => <Wrong text={tried && wrong[name] ? t(`operator.need.${name}`) : undefined} />
  return (
    <main className="plain-door">
      <form onSubmit={submit} noValidate>
        <div className="login-brand brand"><img src="/favicon.svg" width="36" height="36" alt="" /><span>{t('app.name')} {t('operator.brand')}</span></div>
        <div><h1>{t('operator.title')}</h1><p className="second">{t('operator.lead')}</p></div>
        <Failure error={login.error} />
        <div className="field"><label htmlFor="o-login">{t('operator.login')}</label><Input id="o-login" size="large" autoComplete="username" autoCapitalize="none" spellCheck={false} value={form.login} onChange={(e) => setForm({ ...form, login: e.target.value })} />{say('login')}</div>
        <div className="field"><label htmlFor="o-password">{t('operator.password')}</label><Input id="o-password" size="large" type="password" autoComplete="current-password" value={form.password} onChange={(e) => setForm({ ...form, password: e.target.value })} />{say('password')}</div>
        <div className="field"><label htmlFor="o-code">{t('operator.code')}</label><Input id="o-code" size="large" className="mono" inputMode="numeric" autoComplete="one-time-code" maxLength={6} style={{ maxWidth: 180 }} value={form.code} onChange={(e) => setForm({ ...form, code: e.target.value.replaceAll(/\D/g, '') })} aria-describedby="o-code-help" /><p className="help" id="o-code-help">{t('operator.codeHelp')}</p>{say('code')}</div>
        <Button type="primary" htmlType="submit" size="large" block loading={login.isPending}>{t('operator.enter')}</Button>
      </form>
    </main>
  )
}
