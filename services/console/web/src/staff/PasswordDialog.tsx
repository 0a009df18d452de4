import { AccountService } from '@changke/gen/staff/v1/account_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure } from '../ui/parts.tsx'

/** A new password, against the current one. It can be shown, and pasted from a keeper of passwords. */
export function PasswordDialog({ onClose, onChanged }: { onClose(): void; onChanged(): void }) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState('')
  const [wanted, setWanted] = useState('')
  const [shown, setShown] = useState(false)
  const [tried, setTried] = useState(false)
  const change = useMutation(AccountService.method.changePassword, { onSuccess: onChanged, gcTime: 0 })
  const wrong = { current: !current, wanted: [...wanted].length < 8 }
  const save = () => {
    setTried(true)
    if (!wrong.current && !wrong.wanted) change.mutate({ currentPassword: current, newPassword: wanted })
  }
  const say = (bad: boolean, text: string) => tried && bad && <p className="wrong" role="alert"><Icon name="alert" size={16} />{text}</p>
  return (
    <Dialog title={t('account.change')} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <div className="field">
          <label htmlFor="pw-current">{t('account.current')}</label>
          <Input id="pw-current" type="password" size="large" autoComplete="current-password" value={current} onChange={(e) => setCurrent(e.target.value)} />
          {say(wrong.current, t('account.needCurrent'))}
        </div>
        <div className="field">
          <label htmlFor="pw-wanted">{t('account.wanted')}</label>
          <div className="row" style={{ gap: 8, flexWrap: 'nowrap' }}>
            <Input id="pw-wanted" type={shown ? 'text' : 'password'} size="large" autoComplete="new-password" spellCheck={false} autoCapitalize="none" value={wanted} onChange={(e) => setWanted(e.target.value)} />
            <Button size="large" onClick={() => setShown(!shown)}>{t(shown ? 'account.hide' : 'account.show')}</Button>
          </div>
          <p className="help">{t('account.passwordText')}</p>
          {say(wrong.wanted, t('account.needWanted'))}
        </div>
        <p className="second">{t('account.others')}</p>
        <Failure error={change.error} />
        <div className="actions">
          <Button type="primary" htmlType="submit" loading={change.isPending}>{t('account.change')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
