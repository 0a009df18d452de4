import { StaffService } from '@changke/gen/staff/v1/staff_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure, Go } from '../ui/parts.tsx'

/** What a key may do, and the key of its words. */
export const scopes = { 'bills:write': 'bills', 'bookings:write': 'bookings', 'callers:write': 'callers', 'customers:lookup': 'lookup', 'sandbox:write': 'sandbox' } as const

/** Makes a key and shows its secret, this once. */
export function NewKey({ onClose, onMade }: { onClose(): void; onMade(): void }) {
  const { t } = useTranslation()
  const me = useMe()
  const { stores, none } = useStores()
  const [label, setLabel] = useState('')
  const [may, setMay] = useState<string[]>(['bills:write'])
  const [where, setWhere] = useState<string[]>(stores.length === 1 && stores[0] ? [stores[0].id] : [])
  const [days, setDays] = useState('365')
  const [calls, setCalls] = useState('')
  const [tried, setTried] = useState(false)
  const make = useMutation(StaffService.method.createApiKey, { onSuccess: onMade, gcTime: 0 })
  const secret = make.data?.secret
  const validDays = Number(days)
  const wrong = { label: !label.trim(), may: may.length === 0, where: where.length === 0, days: !(validDays >= 1 && validDays <= 730), calls: calls !== '' && !(Number(calls) >= 1 && Number(calls) <= 1_000_000) }
  const toggle = (list: string[], value: string) => (list.includes(value) ? list.filter((v) => v !== value) : [...list, value])
  const save = () => {
    setTried(true)
    if (Object.values(wrong).some(Boolean)) return
    make.mutate({ label: label.trim(), scopes: may, storeIds: where, validDays, callsPerMinute: Number(calls) })
  }
  const say = (bad: boolean, text: string) => tried && bad && <p className="wrong" role="alert"><Icon name="alert" size={16} />{text}</p>
  if (secret) return <Secret secret={secret} onClose={onClose} />
  return (
    <Dialog title={t('keys.new')} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <div className="field"><label htmlFor="k-label">{t('keys.label')}</label><Input id="k-label" value={label} onChange={(e) => setLabel(e.target.value)} placeholder={t('keys.labelHint')} maxLength={80} />{say(wrong.label, t('keys.needLabel'))}</div>
        <div className="field">
          <span className="label">{t('keys.may')}</span>
          {Object.entries(scopes).filter(([scope]) => me.sandbox || scope !== 'sandbox:write').map(([scope, key]) => (
            <label key={scope} className="row tick"><input type="checkbox" checked={may.includes(scope)} onChange={() => setMay(toggle(may, scope))} />{t(`keys.scopes.${key}`)} <span className="mono quiet">{scope}</span></label>
          ))}
          {say(wrong.may, t('keys.needScope'))}
        </div>
        <div className="field">
          <span className="label">{t('keys.where')}</span>
          {stores.map((s) => <label key={s.id} className="row tick"><input type="checkbox" checked={where.includes(s.id)} onChange={() => setWhere(toggle(where, s.id))} />{s.name}</label>)}
          {none && <p className="help">{t('store.empty')} · <Go to="/stores">{t('store.new')}</Go></p>}
          {say(wrong.where, t('keys.needStore'))}
        </div>
        <div className="two">
          <div className="field"><label htmlFor="k-days">{t('keys.days')}</label><Input id="k-days" inputMode="numeric" value={days} onChange={(e) => setDays(e.target.value.replaceAll(/\D/g, ''))} suffix={t('keys.daysUnit')} style={{ width: 140 }} />{say(wrong.days, t('keys.needDays'))}</div>
          <div className="field"><label htmlFor="k-calls">{t('keys.calls')}</label><Input id="k-calls" inputMode="numeric" value={calls} maxLength={7} placeholder={t('keys.callsNone')} onChange={(e) => setCalls(e.target.value.replaceAll(/\D/g, ''))} />{say(wrong.calls, t('keys.needCalls'))}<p className="help">{t('keys.callsHelp')}</p></div>
        </div>
        <Failure error={make.error} onRetry={save} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={make.isPending}>{t('keys.make')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

/** A new secret, this once; only an act inside closes it. */
export function Secret({ title, secret, note, onClose }: { title?: string; secret: string; note?: string; onClose(): void }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  return (
    <Dialog title={title ?? t('keys.made')} onClose={onClose} closable={false}>
      <div className="stack">
        <p>{t('keys.once')}</p>
        <output className="secret mono">{secret}</output>
        {note && <p className="second">{note}</p>}
        <div className="actions">
          <Button icon={<Icon name={copied ? 'check' : 'copy'} size={16} />} onClick={() => void navigator.clipboard.writeText(secret).then(() => setCopied(true))}>{t(copied ? 'keys.copied' : 'keys.copy')}</Button>
          <Button type="primary" onClick={onClose}>{t('keys.kept')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
