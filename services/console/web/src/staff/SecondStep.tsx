import { AuthService, type Me } from '@changke/gen/staff/v1/auth_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'
import { Failure } from '../ui/parts.tsx'

/** The second half of a login: a code of the authenticator, or a recovery code. */
export function SecondStep({ onIn, onBack }: { onIn(me: Me | undefined): void; onBack(): void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const finish = useMutation(AuthService.method.finishLogin, { onSuccess: ({ me }) => onIn(me), onError: () => { setCode(''); setTried(false) } })
  const typed = code.trim()
  const short = typed.replaceAll(/[\s-]/g, '').length < 6
  const submit = (event: { preventDefault(): void }) => {
    event.preventDefault()
    setTried(true)
    if (!short) finish.mutate({ code: typed })
  }
  return (
    <form onSubmit={submit} noValidate>
      <h1>{t('secondStep.title')}</h1>
      <p className="second">{t('secondStep.lead')}</p>
      <Failure error={finish.error} />
      <div className="field">
        <label htmlFor="code">{t('secondStep.code')}</label>
        <Input id="code" size="large" autoFocus autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} maxLength={40} className="mono" value={code} onChange={(e) => { setCode(e.target.value); setTried(false) }} />
        {tried && short && <p className="wrong" role="alert">{t('secondStep.need')}</p>}
      </div>
      <Button type="primary" htmlType="submit" size="large" block loading={finish.isPending}>{t('secondStep.enter')}</Button>
      <button type="button" className="linklike" onClick={onBack}><Icon name="left" size={16} />{t('secondStep.back')}</button>
    </form>
  )
}
