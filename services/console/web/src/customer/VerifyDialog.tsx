import { GuestIdentity } from '@changke/gen/customer/v1/deletion'
import { GuestRightService } from '@changke/gen/customer/v1/guest_right_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'
import { RadioChoices } from '../ui/RadioChoices.tsx'
import { identities } from './guestRequests.ts'

/** How it was made sure that a guest is who he says. */
export function VerifyDialog({ requestId, onClose, onDone }: { requestId: string; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const [how, setHow] = useState<GuestIdentity>(GuestIdentity.UNSPECIFIED)
  const [tried, setTried] = useState(false)
  const verify = useMutation(GuestRightService.method.verifyGuestRequest, { onSuccess: onDone })
  const save = () => {
    setTried(true)
    if (how !== GuestIdentity.UNSPECIFIED) verify.mutate({ requestId, identity: how })
  }
  return (
    <Dialog title={t('legal.verify')} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <p className="second">{t('legal.verifyHow')}</p>
        <div className="field">
          <span className="label" id="v-how">{t('legal.verifyTitle')}</span>
          <RadioChoices id="v-how" values={identities.map(([value, key]) => ({ value, label: t(`legal.identities.${key}`) }))} value={how} onChange={setHow} />
          {tried && how === GuestIdentity.UNSPECIFIED && <Wrong text={t('legal.needHow')} />}
        </div>
        <Failure error={verify.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={verify.isPending}>{t('consent.save')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
