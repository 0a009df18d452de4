import { AccountOpeningService } from '@changke/gen/staff/v1/account_opening_service'
import { AuthService } from '@changke/gen/staff/v1/auth_service'
import { useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { violationsByField } from '../app/faults.ts'
import { Failure } from '../ui/parts.tsx'
import { Field } from './Field.tsx'
import './login.css'

/** 激活账号: chain, staff number and one-time code, and a password of one's own; then he is in. */
export default function Activate() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [params] = useSearchParams()
  const [form, setForm] = useState({ tenantCode: params.get('chain') ?? localStorage.getItem('changke.chain') ?? '', staffNo: params.get('no') ?? '', code: '', password: '', again: '' })
  const [tried, setTried] = useState(false)
  const login = useMutation(AuthService.method.login, {
    onSuccess: () => {
      client.clear()
      void navigate('/', { replace: true })
    },
    onError: () => void navigate('/login', { replace: true }), // the account is active all the same
  })
  const activate = useMutation(AccountOpeningService.method.activateAccount, {
    onSuccess: () => {
      localStorage.setItem('changke.chain', form.tenantCode.trim())
      login.mutate({ tenantCode: form.tenantCode.trim(), login: form.staffNo.trim(), password: form.password })
    },
  })
  useEffect(() => {
    document.title = `${t('activate.title')} · ${t('app.name')}`
  }, [t])
  const short = [...form.password].length < 8
  const differs = form.password !== form.again
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!form.tenantCode.trim() || !form.staffNo.trim() || !form.code.trim() || short || differs) return
    activate.mutate({ tenantCode: form.tenantCode.trim(), staffNo: form.staffNo.trim(), code: form.code.trim(), password: form.password })
  }
  const said = violationsByField(activate.error)
  const text = (key: keyof typeof form, label: string, wrong: string | false | undefined, more: object = {}, help?: string) => (
    <Field id={key} label={label} wrong={tried && wrong} help={help}>
      <Input id={key} size="large" value={form[key]} onChange={(e) => setForm({ ...form, [key]: e.target.value })} aria-invalid={tried && !!wrong} autoCapitalize="none" spellCheck={false} {...more} />
    </Field>
  )
  return (
    <div className="login">
      <div className="login-art" aria-hidden="true"><p className="login-word">{t('login.poem')}</p></div>
      <main>
        <form onSubmit={submit} noValidate>
          <div className="login-brand"><img src="/favicon.svg" width="44" height="44" alt="" /><span>{t('app.name')}</span></div>
          <h1>{t('activate.title')}</h1>
          <p className="second">{t('activate.lead')}</p>
          {!said.password && <Failure error={activate.error} />}
          {text('tenantCode', t('login.chain'), !form.tenantCode.trim() && t('login.need.tenantCode'), { autoComplete: 'organization', placeholder: t('login.chainHint') })}
          {text('staffNo', t('staff.no'), !form.staffNo.trim() && t('people.need.staffNo'), { autoComplete: 'username', placeholder: t('login.loginHint') })}
          {text('code', t('activate.code'), !form.code.trim() && t('activate.needCode'), { autoComplete: 'one-time-code', autoCapitalize: 'characters', className: 'mono', placeholder: 'K7QMA-X3RTP' })}
          {text('password', t('activate.password'), said.password?.message || (short && t('activate.short')), { type: 'password', autoComplete: 'new-password' }, t('activate.passwordHelp'))}
          {text('again', t('activate.again'), differs && t('activate.differs'), { type: 'password', autoComplete: 'new-password' })}
          <Button type="primary" htmlType="submit" size="large" block loading={activate.isPending || login.isPending}>{t('activate.enter')}</Button>
          <Link to="/login" className="linklike">{t('activate.toLogin')}</Link>
        </form>
      </main>
    </div>
  )
}
