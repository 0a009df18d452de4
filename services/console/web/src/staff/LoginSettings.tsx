import { AccessService, SsoMatch, SsoProviderSchema, type GetSsoProviderResponse, type LoginPolicy } from '@changke/gen/staff/v1/access_service'
import { create } from '@bufbuild/protobuf'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import './account.css'

/** 登录安全: who needs a second factor, and the chain's own sign-in. */
export default function LoginSettings() {
  const { t } = useTranslation()
  const policy = useQuery(AccessService.method.getLoginPolicy, {})
  const sso = useQuery(AccessService.method.getSsoProvider, {})
  const error = policy.error ?? sso.error
  return (
    <div className="page account">
      <PageHead title={t('menu.access')} sub={t('access.lead')} />
      <Failure error={error} onRetry={() => { void policy.refetch(); void sso.refetch() }} />
      {!error && !(policy.data?.policy && sso.data) && <Bones rows={2} h={180} />}
      {policy.data?.policy && <Policy policy={policy.data.policy} />}
      {sso.data && <Provider key={sso.data.provider?.issuer} data={sso.data} />}
    </div>
  )
}

function Policy({ policy }: { policy: LoginPolicy }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [needs, setNeeds] = useState(policy.officeNeedsFactor)
  const [days, setDays] = useState(String(policy.graceDays))
  const [mark, flash] = useFlash()
  const save = useMutation(AccessService.method.updateLoginPolicy, {
    onSuccess: () => {
      flash(t('access.saved'))
      return client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AccessService.method.getLoginPolicy, cardinality: 'finite' }) })
    },
  })
  const wrong = days === '' || Number(days) > 365
  return (
    <form className="card pad stack" onSubmit={(e) => { e.preventDefault(); if (!wrong) save.mutate({ policy: { officeNeedsFactor: needs, graceDays: Number(days) } }) }} noValidate>
      <h2>{t('access.policy')}</h2>
      <label className="row tick"><input type="checkbox" checked={needs} onChange={(e) => setNeeds(e.target.checked)} />{t('access.needs')}</label>
      <div className="field">
        <label htmlFor="grace">{t('access.grace')}</label>
        <Input id="grace" inputMode="numeric" value={days} onChange={(e) => setDays(e.target.value.replaceAll(/\D/g, ''))} suffix={t('access.days')} style={{ width: 140 }} disabled={!needs} />
        <p className="help">{t('access.graceHelp')}</p>
        {wrong && <p className="wrong" role="alert"><Icon name="alert" size={16} />{t('access.graceWrong')}</p>}
      </div>
      <Failure error={save.error} onClose={() => save.reset()} />
      <div className="actions"><Button type="primary" htmlType="submit" loading={save.isPending}>{t('access.save')}</Button>{mark}</div>
    </form>
  )
}

const matches = [
  { value: SsoMatch.STAFF_NO, word: 'staffNo', claim: 'preferred_username' },
  { value: SsoMatch.PHONE, word: 'phone', claim: 'phone_number' },
  { value: SsoMatch.RECORDED_EMAIL, word: 'recorded', claim: 'email' },
  { value: SsoMatch.EMAIL, word: 'email', claim: 'email' },
] as const

function Provider({ data }: { data: GetSsoProviderResponse }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [form, setForm] = useState(() => create(SsoProviderSchema, data.provider ?? { claim: matches[0].claim, match: matches[0].value, enabled: true }))
  const [secret, setSecret] = useState('')
  const [tried, setTried] = useState(false)
  const [mark, flash] = useFlash()
  const test = useMutation(AccessService.method.testSsoProvider)
  const save = useMutation(AccessService.method.updateSsoProvider, {
    gcTime: 0,
    onSuccess: () => {
      setSecret('')
      flash(t('access.saved'))
      return client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AccessService.method.getSsoProvider, cardinality: 'finite' }) })
    },
  })
  const back = `${window.location.origin}/login/sso`
  const set = (part: Partial<typeof form>) => {
    setForm(create(SsoProviderSchema, { ...form, ...part }))
    if ('issuer' in part) test.reset()
  }
  const wrong = { issuer: !form.issuer.startsWith('https://'), clientId: !form.clientId, claim: !form.claim, domain: form.match === SsoMatch.EMAIL && !form.domain }
  const submit = () => {
    setTried(true)
    if (!Object.values(wrong).some(Boolean)) save.mutate({ provider: { ...form, domain: form.match === SsoMatch.EMAIL ? form.domain : '' }, clientSecret: secret })
  }
  const say = (name: keyof typeof wrong) => tried && wrong[name] && <p className="wrong" role="alert"><Icon name="alert" size={16} />{t(`access.need.${name}`)}</p>
  return (
    <form className="card pad stack" onSubmit={(e) => { e.preventDefault(); submit() }} noValidate>
      <h2>{t('login.sso')}</h2>
      <p className="second">{t('access.sso')}</p>
      <div className="field"><span className="label">{t('access.callback')}</span><output className="secret mono">{back}</output></div>
      <div className="field">
        <label htmlFor="issuer">{t('access.issuer')}</label>
        <div className="row" style={{ gap: 8, flexWrap: 'nowrap' }}>
          <Input id="issuer" inputMode="url" spellCheck={false} placeholder="https://login.example.com" value={form.issuer} onChange={(e) => set({ issuer: e.target.value.trim() })} maxLength={300} />
          <Button loading={test.isPending} disabled={wrong.issuer} onClick={() => test.mutate({ issuer: form.issuer })}>{t('access.test')}</Button>
        </div>
        {test.data && <p className="flash" role="status"><Icon name="check" size={16} />{t('access.tested')}</p>}
        {say('issuer')}
        <Failure error={test.error} onClose={() => test.reset()} />
      </div>
      <div className="two">
        <div className="field"><label htmlFor="client">{t('access.clientId')}</label><Input id="client" spellCheck={false} value={form.clientId} onChange={(e) => set({ clientId: e.target.value.trim() })} maxLength={300} />{say('clientId')}</div>
        <div className="field"><label htmlFor="secret">{t('access.secret')}</label><Input id="secret" type="password" autoComplete="off" placeholder={data.hasSecret ? t('access.secretKept') : ''} value={secret} onChange={(e) => setSecret(e.target.value)} maxLength={500} /></div>
      </div>
      <div className="field">
        <span className="label">{t('access.match')}</span>
        <div className="choices">
          {matches.map((m) => (
            <label key={m.word} className="choice"><input type="radio" name="match" checked={form.match === m.value} onChange={() => set({ match: m.value, claim: m.claim })} /><span>{t(`access.matches.${m.word}`)}</span></label>
          ))}
        </div>
      </div>
      <div className="two">
        <div className="field"><label htmlFor="claim">{t('access.claim')}</label><Input id="claim" className="mono" spellCheck={false} value={form.claim} onChange={(e) => set({ claim: e.target.value.trim() })} maxLength={100} />{say('claim')}</div>
        {form.match === SsoMatch.RECORDED_EMAIL && <p className="help">{t('access.recordedHelp')}</p>}
        {form.match === SsoMatch.EMAIL && <div className="field"><label htmlFor="domain">{t('access.domain')}</label><Input id="domain" className="mono" spellCheck={false} placeholder="example.com" value={form.domain} onChange={(e) => set({ domain: e.target.value.trim() })} maxLength={100} />{say('domain')}</div>}
      </div>
      <label className="row tick"><input type="checkbox" checked={form.enabled} onChange={(e) => set({ enabled: e.target.checked })} />{t('access.enabled')}</label>
      <Failure error={save.error} onClose={() => save.reset()} />
      <div className="actions"><Button type="primary" htmlType="submit" loading={save.isPending}>{t('access.save')}</Button>{mark}</div>
    </form>
  )
}
