import { TenantService } from '@changke/gen/tenant/v1/tenant_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'
import { TimeInput } from '../ui/TimeInput.tsx'
import { hhmm, minutesOf, zones } from './clock.ts'
import { useChanged } from './changed.ts'

/** A new store: three fields; zone and cut-over are the chain's unless somebody opens them. */
export function NewStore({ onClose, onMade }: { onClose(): void; onMade(id: string): void }) {
  const { t } = useTranslation()
  const changed = useChanged()
  const [form, setForm] = useState({ name: '', code: '', address: '' })
  const [clock, setClock] = useState<{ zone: string; cutover: string }>()
  const [tried, setTried] = useState(false)
  const make = useMutation(TenantService.method.createStore, {
    onSuccess: async ({ store }) => {
      await changed()
      if (store?.store) onMade(store.store.id)
    },
  })
  const set = (change: Partial<typeof form>) => {
    if (make.error) make.reset()
    setForm({ ...form, ...change })
  }
  const said = violationsByField(make.error)
  const missing = { name: tried && !form.name.trim() ? t('store.needName') : '', code: tried && !/^\S+$/.test(form.code.trim()) ? t('store.needCode') : '', address: '' }
  const save = () => {
    setTried(true)
    if (!form.name.trim() || !/^\S+$/.test(form.code.trim())) return
    make.mutate({ ...form, zone: clock?.zone ?? '', cutoverMinutes: clock && minutesOf(clock.cutover) })
  }
  const field = (key: keyof typeof form, input: ReactNode, help?: string) => (
    <div className="field">
      <label htmlFor={`s-${key}`}>{t(`store.${key}`)}</label>
      {input}
      <Wrong text={missing[key] || said[key]?.message} />
      {help && <p className="help">{help}</p>}
    </div>
  )
  return (
    <Dialog title={t('store.new')} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        {field('name', <Input id="s-name" value={form.name} onChange={(e) => set({ name: e.target.value })} placeholder={t('store.nameHint')} maxLength={60} />)}
        {field('code', <Input id="s-code" value={form.code} onChange={(e) => set({ code: e.target.value })} placeholder={t('store.codeHint')} maxLength={40} />, t('store.codeHelp'))}
        {field('address', <Input id="s-address" value={form.address} onChange={(e) => set({ address: e.target.value })} placeholder={t('store.addressHint')} maxLength={200} />)}
        <details className="more-fields" onToggle={(e) => setClock(e.currentTarget.open ? { zone: 'Asia/Shanghai', cutover: hhmm(240) } : undefined)}>
          <summary>{t('store.more')}</summary>
          {clock && <ClockFields {...clock} onChange={setClock} />}
        </details>
        <Failure error={make.error} onRetry={save} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={make.isPending}>{t('store.create')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

/** Zone and cut-over, side by side. */
export function ClockFields({ zone, cutover, onChange }: { zone: string; cutover: string; onChange(to: { zone: string; cutover: string }): void }) {
  const { t } = useTranslation()
  return (
    <div className="two">
      <div className="field">
        <label htmlFor="s-zone">{t('store.zone')}</label>
        <select className="native" id="s-zone" value={zone} onChange={(e) => onChange({ zone: e.target.value, cutover })}>
          {[...new Set([zone, ...zones])].map((z) => <option key={z} value={z}>{z === 'Asia/Shanghai' ? t('store.beijing') : z}</option>)}
        </select>
      </div>
      <div className="field">
        <label htmlFor="s-cutover">{t('store.cutover')}</label>
        <TimeInput id="s-cutover" value={cutover} onChange={(to) => onChange({ zone, cutover: to })} />
        <p className="help">{t('store.cutoverHelp')}</p>
      </div>
    </div>
  )
}
