import { AccountOpeningService } from '@changke/gen/staff/v1/account_opening_service'
import { AccountState, CodeDelivery, type IssuedCode, type Person } from '@changke/gen/staff/v1/staff'
import { useMutation } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useMe, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure, Go } from '../ui/parts.tsx'
import { accountLook, useRefresh } from './people.ts'

/** How far somebody's account has come, and what the reader may do about it. */
export function Account({ person: p }: { person: Person }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const { zone } = useStores()
  const refresh = useRefresh()
  const [issued, setIssued] = useState<IssuedCode>()
  const done = { onSuccess: ({ code }: { code?: IssuedCode }) => { setIssued(code); void refresh() }, gcTime: 0 }
  const invite = useMutation(AccountOpeningService.method.invitePerson, done)
  const send = useMutation(AccountOpeningService.method.sendCode, done)
  const reset = useMutation(AccountOpeningService.method.resetPassword, done)
  const mayInvite = useCan('staff.write')
  const mayOpen = useCan('account.open')
  const mayApply = useCan('account.apply')
  const look = accountLook[p.account]
  const opened = p.account === AccountState.OPENED || p.account === AccountState.ACTIVE
  const call = mayInvite ? invite : mayOpen && opened ? send : mayApply && opened ? reset : undefined
  const issue = (delivery: CodeDelivery) => {
    if (mayInvite) invite.mutate({ personId: p.id, delivery })
    else if (mayOpen) send.mutate({ personId: p.id, delivery })
    else reset.mutate({ personId: p.id })
  }
  return (
    <section className="card">
      <div className="card-head"><h2>{t('people.accountTitle')}</h2><Chip tone={look.tone}>{t(`people.account.${look.word}`)}</Chip></div>
      <div className="card-body stack">
        <p className="second">{t(`people.accountText.${look.word}`)}{p.codeExpireTime && ` ${t('people.codeUntil', { time: formatTime(p.codeExpireTime, lang, zone) })}`}</p>
        <Failure error={call?.error} onClose={() => call?.reset()} />
        {call && me.person?.id !== p.id && (
          <div className="actions">
            <Button loading={call.isPending} onClick={() => issue(CodeDelivery.SMS)} disabled={!p.maskedPhone}>{t(p.account === AccountState.ACTIVE ? 'people.resetSms' : 'people.codeSms')}</Button>
            {(mayInvite || mayOpen) && <Button loading={call.isPending} onClick={() => issue(CodeDelivery.PRINT)}>{t('people.codePrint')}</Button>}
          </div>
        )}
        {!call && !opened && mayApply && <Go to={`/apply?staffNo=${encodeURIComponent(p.staffNo)}`}>{t('people.applyFor')}</Go>}
      </div>
      {issued && <Issued code={issued} person={p} onClose={() => setIssued(undefined)} />}
    </section>
  )
}

/** What became of a code: where the SMS goes, or the code itself, this once. */
export function Issued({ code, person, onClose }: { code: IssuedCode; person: { name: string; staffNo: string }; onClose(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { tenantCode } = useMe()
  const { zone } = useStores()
  const until = formatTime(code.expireTime, lang, zone)
  return (
    <Dialog title={t(code.code ? 'people.codeTitle' : 'people.codeSent')} onClose={onClose} closable={!code.code}>
      {code.code ? (
        <div className="stack slip">
          <p className="no-print">{t('people.codeOnce')}</p>
          <dl className="facts">
            <div><dt>{t('people.fields.name')}</dt><dd>{person.name}</dd></div>
            <div><dt>{t('login.chain')}</dt><dd className="mono">{tenantCode}</dd></div>
            <div><dt>{t('staff.no')}</dt><dd className="mono">{person.staffNo}</dd></div>
            <div><dt>{t('people.until')}</dt><dd>{until}</dd></div>
          </dl>
          <output className="secret mono">{code.code}</output>
          <p className="second">{t('people.codeHow', { address: `${window.location.origin}/activate` })}</p>
          <div className="actions no-print"><Button icon={<Icon name="file" size={16} />} onClick={() => window.print()}>{t('people.print')}</Button><Button type="primary" onClick={onClose}>{t('people.handed')}</Button></div>
        </div>
      ) : (
        <div className="stack">
          <p>{t('people.codeSentText', { phone: code.maskedPhone, until })}</p>
          <div className="actions"><Button type="primary" onClick={onClose}>{t('app.close')}</Button></div>
        </div>
      )}
    </Dialog>
  )
}
