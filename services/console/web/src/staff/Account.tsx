import { timestampDate } from '@bufbuild/protobuf/wkt'
import { AccountService, type GetAccountSecurityResponse } from '@changke/gen/staff/v1/account_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'react-router'
import { useMe } from '../app/me.tsx'
import { useReloadMe } from '../app/Notices.tsx'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { Devices } from './Devices.tsx'
import { FactorDialog, RecoveryCodes } from './FactorDialog.tsx'
import { PasswordDialog } from './PasswordDialog.tsx'
import './account.css'

/** 我的账号: password, second factor, devices; everything a person keeps in his own hands. */
export default function Account() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const client = useQueryClient()
  const security = useQuery(AccountService.method.getAccountSecurity, {}, { staleTime: 0 })
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AccountService.method.getAccountSecurity, cardinality: 'finite' }) })
  const data = security.data
  return (
    <div className="page account">
      <PageHead title={t('account.title')} sub={t('account.lead')} />
      <section className="card pad">
        <dl className="facts">
          <div><dt>{t('account.name')}</dt><dd>{me.person?.name}</dd></div>
          <div><dt>{t('account.no')}</dt><dd>{me.person?.staffNo}</dd></div>
          <div><dt>{t('account.phone')}</dt><dd>{me.person?.maskedPhone || '—'}</dd></div>
          <div><dt>{t('account.posts')}</dt><dd>{joinWords([...new Set(me.person?.assignments.map((a) => a.position))], lang)}</dd></div>
        </dl>
      </section>
      <Failure error={security.error} onRetry={() => void security.refetch()} />
      {!data && !security.error && <Bones rows={3} h={120} />}
      {data && (
        <>
          <Password data={data} onChanged={reload} />
          <Factor data={data} onChanged={reload} />
          <SignedIn data={data} onChanged={reload} />
        </>
      )}
      <section className="card pad row link-card">
        <div><h2>{t('account.delegations')}</h2><p className="second">{t('account.delegationsText')}</p></div>
        <Go to="/delegations" className="linklike">{t('account.delegations')}<Icon name="right" size={16} /></Go>
      </section>
    </div>
  )
}

type Part = { data: GetAccountSecurityResponse; onChanged(): Promise<void> }

function Password({ data, onChanged }: Part) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [mark, flash] = useFlash()
  return (
    <section className="card pad stack">
      <h2>{t('account.password')}</h2>
      <p className="second">{t(data.hasPassword ? 'account.passwordText' : 'account.noPassword')}</p>
      {data.hasPassword && <div className="actions"><Button onClick={() => setOpen(true)}>{t('account.change')}</Button>{mark}</div>}
      {open && <PasswordDialog onClose={() => setOpen(false)} onChanged={() => { setOpen(false); flash(t('account.changed')); void onChanged() }} />}
    </section>
  )
}

function Factor({ data, onChanged }: Part) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { hash } = useLocation()
  const reloadMe = useReloadMe()
  const on = data.secondFactorTime
  const [open, setOpen] = useState(hash === '#factor' && !on)
  const renew = useMutation(AccountService.method.renewRecoveryCodes, { gcTime: 0, onSuccess: onChanged })
  const disable = useMutation(AccountService.method.disableSecondFactor, { onSuccess: () => Promise.all([onChanged(), reloadMe()]) })
  const since = on ? timestampDate(on).toLocaleDateString('en-CA') : ''
  return (
    <section className="card pad stack" id="factor">
      <h2 className="row" style={{ gap: 10 }}>{t('account.factor')}{on && <Chip tone="done">{t('account.factorOn', { date: formatDate(since, lang) })}</Chip>}</h2>
      <p className="second">{on ? t('account.codesLeft', { count: data.recoveryCodesLeft }) : t('account.factorOff')}</p>
      {on && data.recoveryCodesLeft < 4 && <p className="notice"><Icon name="clock" />{t('account.fewCodes')}</p>}
      <Failure error={renew.error ?? disable.error} onClose={() => { renew.reset(); disable.reset() }} />
      <div className="actions">
        <Button type={on ? 'default' : 'primary'} onClick={() => setOpen(true)}>{t(on ? 'account.replace' : 'account.setUp')}</Button>
        {on && <Button loading={renew.isPending} onClick={() => renew.mutate({})}>{t('account.renew')}</Button>}
        {on && !data.secondFactorRequired && (
          <Popconfirm title={t('account.disableTitle')} description={t('account.disableText')} okText={t('account.disable')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => disable.mutate({})}>
            <Button danger loading={disable.isPending}>{t('account.disable')}</Button>
          </Popconfirm>
        )}
      </div>
      {on && data.secondFactorRequired && <p className="quiet small">{t('account.required')}</p>}
      {open && <FactorDialog onClose={() => setOpen(false)} onDone={() => { setOpen(false); void onChanged(); void reloadMe() }} />}
      {renew.data && <RecoveryCodes codes={renew.data.recoveryCodes} onClose={() => renew.reset()} />}
    </section>
  )
}

function SignedIn({ data, onChanged }: Part) {
  const { t } = useTranslation()
  const { hash } = useLocation()
  const end = useMutation(AccountService.method.endMySession, { onSuccess: onChanged })
  const others = useMutation(AccountService.method.endMyOtherSessions, { onSuccess: onChanged })
  useEffect(() => {
    if (hash === '#devices') document.getElementById('devices')?.scrollIntoView?.({ block: 'start' })
  }, [hash])
  return (
    <section className="card pad stack" id="devices">
      <h2>{t('account.devices')}</h2>
      <p className="second">{t(data.sessions.length > 1 ? 'account.devicesText' : 'account.onlyHere')}</p>
      <Failure error={end.error ?? others.error} onClose={() => { end.reset(); others.reset() }} />
      <Devices sessions={data.sessions} ending={end.isPending ? end.variables?.sessionId : undefined} onEnd={(s) => end.mutate({ sessionId: s.id })} />
      {data.sessions.length > 1 && (
        <div className="actions">
          <Popconfirm title={t('account.endOthersTitle')} description={t('account.endText')} okText={t('account.end')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => others.mutate({})}>
            <Button danger loading={others.isPending}>{t('account.endOthers')}</Button>
          </Popconfirm>
        </div>
      )}
    </section>
  )
}
