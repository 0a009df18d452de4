import { GuestRequestChannel, GuestRequestKind } from '@changke/gen/customer/v1/deletion'
import { GuestRightService } from '@changke/gen/customer/v1/guest_right_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'
import { RadioChoices } from '../ui/RadioChoices.tsx'
import { newId } from './FileForm.tsx'
import { channels, kindOf, kinds } from './guestRequests.ts'

/** Takes a guest's request: what, by which number, how it came in. Sent twice it is one. */
export function NewGuestRequest({ onClose, onDone }: { onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const { stores, storeId: chosen } = useStores()
  const [clientId] = useState(newId)
  const [kind, setKind] = useState<GuestRequestKind>(GuestRequestKind.COPY)
  const [number, setNumber] = useState('')
  const [channel, setChannel] = useState<GuestRequestChannel>(GuestRequestChannel.PHONE)
  const [storeId, setStoreId] = useState(chosen)
  const [note, setNote] = useState('')
  const [tried, setTried] = useState(false)
  const receive = useMutation(GuestRightService.method.receiveGuestRequest, { onSuccess: onDone })
  const wrong = violationsByField(receive.error)
  const save = () => {
    setTried(true)
    if (number.trim()) receive.mutate({ clientId, kind, number: number.trim(), channel, storeId, note: note.trim() })
  }
  return (
    <Dialog title={t('legal.newTitle')} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <div className="field">
          <span className="label" id="g-kind">{t('legal.kind')}</span>
          <RadioChoices id="g-kind" values={kinds.map(([value, key]) => ({ value, label: t(`legal.kinds.${key}`) }))} value={kind} onChange={setKind} />
          <p className="help">{t(`legal.kindHelp.${kindOf(kind)}`)}</p>
        </div>
        <div className="field">
          <label htmlFor="g-number">{t('legal.number')}</label>
          <Input id="g-number" type="tel" inputMode="tel" autoComplete="off" maxLength={40} value={number} onChange={(e) => { receive.reset(); setNumber(e.target.value) }} />
          {wrong.number || (tried && !number.trim()) ? <Wrong text={wrong.number?.message ?? t('legal.needNumber')} /> : <p className="help">{t('legal.numberHint')}</p>}
        </div>
        <div className="field">
          <span className="label" id="g-channel">{t('legal.channel')}</span>
          <RadioChoices id="g-channel" values={channels.map(([value, key]) => ({ value, label: t(`legal.channels.${key}`) }))} value={channel} onChange={setChannel} />
        </div>
        <div className="field">
          <label htmlFor="g-store">{t('legal.store')}</label>
          <select className="native" id="g-store" value={storeId} onChange={(e) => setStoreId(e.target.value)}>
            <option value="">{t('legal.office')}</option>
            {stores.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
          </select>
        </div>
        <div className="field">
          <label htmlFor="g-note">{t('legal.note')}</label>
          <Input.TextArea id="g-note" rows={2} maxLength={500} value={note} onChange={(e) => setNote(e.target.value)} placeholder={t('legal.noteHint')} />
        </div>
        {!wrong.number && <Failure error={receive.error} onRetry={save} />}
        <div className="actions"><Button type="primary" htmlType="submit" loading={receive.isPending}>{t('legal.save')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
