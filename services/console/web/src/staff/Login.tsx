import { AuthService, type Me } from '@changke/gen/staff/v1/auth_service'
import { createConnectQueryKey, useMutation, useQuery, useTransport } from '@connectrpc/connect-query'
import { create } from '@bufbuild/protobuf'
import { WhoAmIResponseSchema } from '@changke/gen/staff/v1/auth_service'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { switchLanguage } from '../i18n/index.ts'
import { useDebounced, useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Failure } from '../ui/parts.tsx'
import { SecondStep } from './SecondStep.tsx'
import { ssoTarget, target } from './target.ts'
import './login.css'

const lastChain = 'changke.chain'

/** 登录: chain, staff number or phone, password. Goes on to the page that asked for it. */
export default function Login() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const other = lang === 'en' ? 'zh-CN' : 'en'
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const client = useQueryClient()
  const transport = useTransport()
  const [form, setForm] = useState({ tenantCode: localStorage.getItem(lastChain) ?? '', login: '', password: '' })
  const [tried, setTried] = useState(false)
  const login = useMutation(AuthService.method.login, {
    gcTime: 0,
    onSuccess: ({ me, secondFactorNeeded }) => {
      localStorage.setItem(lastChain, form.tenantCode.trim())
      if (secondFactorNeeded) setForm({ ...form, password: '' })
      else enter(me)
    },
  })
  const enter = (me: Me | undefined) => {
    client.clear()
    // The answer already says who came in: the first page need not ask again.
    client.setQueryData(createConnectQueryKey({ schema: AuthService.method.whoAmI, input: {}, transport, cardinality: 'finite' }), create(WhoAmIResponseSchema, { me }))
    void navigate(target(params.get('to')), { replace: true })
  }
  const chain = useDebounced(form.tenantCode.trim(), 400)
  const ways = useQuery(AuthService.method.getLoginWays, { tenantCode: chain }, { enabled: chain !== '' && [...chain].length <= 40, staleTime: 60_000, retry: false })
  const sso = useMutation(AuthService.method.beginSso, {
    gcTime: 0,
    onSuccess: ({ url }) => {
      localStorage.setItem(lastChain, chain)
      sessionStorage.setItem(ssoTarget, target(params.get('to')))
      window.location.assign(url)
    },
  })
  useEffect(() => {
    document.title = `${t('login.title')} · ${t('app.name')}`
  }, [t])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (!form.tenantCode.trim() || !form.login.trim() || !form.password) return
    login.mutate({ tenantCode: form.tenantCode.trim(), login: form.login.trim(), password: form.password })
  }
  const field = (name: keyof typeof form) => ({
    id: name,
    value: form[name],
    size: 'large' as const,
    status: tried && !form[name].trim() ? ('error' as const) : undefined,
    'aria-invalid': tried && !form[name].trim(),
    'aria-describedby': `${name}-wrong`,
    onChange: (e: { target: { value: string } }) => setForm({ ...form, [name]: e.target.value }),
  })
  const wrong = (name: keyof typeof form) =>
    tried && !form[name].trim() ? <p className="wrong" id={`${name}-wrong`}>{t(`login.need.${name}`)}</p> : null
  return (
    <div className="login">
      <div className="login-art" aria-hidden="true">
        <p className="login-word">{t('login.poem')}</p>
        <Steam />
      </div>
      <main>
        {login.data?.secondFactorNeeded ? <SecondStep onIn={enter} onBack={() => { login.reset(); setTried(false) }} /> : <form onSubmit={submit} noValidate>
          <div className="login-brand"><img src="/favicon.svg" width="44" height="44" alt="" /><span>{t('app.name')}</span></div>
          <h1>{t('login.title')}</h1>
          <p className="second">{t('login.lead')}</p>
          {(params.get('to') ?? '/') !== '/' && !login.error && <p className="notice calm"><Icon name="clock" size={16} />{t('login.expired')}</p>}
          <Failure error={login.error ?? sso.error} />
          <div className="field"><label htmlFor="tenantCode">{t('login.chain')}</label><Input {...field('tenantCode')} autoCapitalize="none" autoComplete="organization" spellCheck={false} placeholder={t('login.chainHint')} />{wrong('tenantCode')}</div>
          <div className="field"><label htmlFor="login">{t('login.login')}</label><Input {...field('login')} autoCapitalize="none" autoComplete="username" spellCheck={false} placeholder={t('login.loginHint')} />{wrong('login')}</div>
          <div className="field"><label htmlFor="password">{t('login.password')}</label><Input {...field('password')} type="password" autoComplete="current-password" />{wrong('password')}</div>
          <Button type="primary" htmlType="submit" size="large" block loading={login.isPending}>{t('login.enter')}</Button>
          {ways.data?.sso && <Button size="large" block loading={sso.isPending} onClick={() => sso.mutate({ tenantCode: chain })}>{t('login.sso')}</Button>}
          <p className="quiet small">{t('login.forgot')} <Link to={`/activate${form.tenantCode ? `?chain=${encodeURIComponent(form.tenantCode.trim())}` : ''}`}>{t('login.activate')}</Link></p>
          <button type="button" className="linklike" lang={other} onClick={() => void switchLanguage(other)}><Icon name="world" size={16} />{other === 'en' ? 'English' : '中文'}</button>
        </form>}
      </main>
    </div>
  )
}

function Steam() {
  return (
    <svg viewBox="0 0 400 400" fill="none" stroke="currentColor" strokeLinecap="round">
      <path d="M70 230h230c0 76-40 122-115 122S70 306 70 230Z" fill="currentColor" fillOpacity=".16" strokeWidth="3" />
      <path d="M300 244h18a34 34 0 0 1 0 68h-30" strokeWidth="3" />
      <path d="M50 372h270" strokeWidth="3" />
      <path d="M140 196c-26-34 26-44 0-84M188 186c-26-38 26-52 0-100M236 196c-26-34 26-44 0-84" strokeWidth="3" opacity=".6" />
    </svg>
  )
}
