import { ResourceService } from '@changke/gen/visit/v1/resource_service'
import { BookingKind, type Resource } from '@changke/gen/visit/v1/visit'
import type { Store } from '@changke/gen/tenant/v1/tenant'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from '../app/faults.ts'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure, Wrong } from '../ui/parts.tsx'
import { expandNames, maxNames } from './names.ts'
import { resourceKinds } from './Resources.tsx'
import { kindKey } from './words.ts'

const digits = (text: string) => text.replaceAll(/\D/g, '')

/** Enters many at once, or changes one. */
export function ResourceDialog({ store, resource, onClose, onDone }: { store: Store; resource: Resource | undefined; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const [kind, setKind] = useState(resource?.kind ?? BookingKind.ROOM)
  const [form, setForm] = useState({
    names: resource?.name ?? '', capacity: String(resource?.capacity ?? 10), tables: String(resource?.tables || ''), money: resource?.minSpendFen ? String(Number(resource.minSpendFen) / 100) : '', area: resource?.area ?? '', floor: resource?.floor ?? '',
  })
  const [skipFour, setSkipFour] = useState(false)
  const [tried, setTried] = useState(false)
  const create = useMutation(ResourceService.method.createResources, { onSuccess: onDone })
  const update = useMutation(ResourceService.method.updateResource, { onSuccess: onDone })
  const error = create.error ?? update.error
  const set = (change: Partial<typeof form>) => {
    create.reset()
    update.reset()
    setForm({ ...form, ...change })
  }
  const { names, bad } = resource ? { names: [form.names.trim()].filter(Boolean), bad: undefined } : expandNames(form.names, skipFour)
  const hasFour = !resource && expandNames(form.names).names.some((n) => n.includes('4'))
  const capacity = Number(form.capacity)
  const tables = kind === BookingKind.BANQUET ? Number(form.tables) : 0
  const money = form.money.trim() === '' ? 0 : Number(form.money)
  const wrong = {
    names: bad ? t('room.badRange', { text: bad }) : names.length === 0 ? t('room.needNames') : names.length > maxNames ? t('room.tooMany') : '',
    capacity: capacity >= 1 && capacity <= 5000 ? '' : t('room.needCapacity'),
    tables: kind !== BookingKind.BANQUET || (tables >= 1 && tables <= 500) ? '' : t('room.needTables'),
    money: /^\d{0,7}(\.\d{1,2})?$/.test(form.money.trim()) ? '' : t('room.needMoney'),
  }
  const send = () => {
    setTried(true)
    if (Object.values(wrong).some(Boolean)) return
    const size = { capacity, tables, minSpendFen: BigInt(Math.round(money * 100)), area: form.area, floor: form.floor }
    if (resource) update.mutate({ id: resource.id, name: names[0] ?? '', ...size })
    else create.mutate({ storeId: store.id, kind, names, ...size })
  }
  return (
    <Dialog side title={resource ? t('room.editTitle', { name: resource.name }) : t('room.addTitle')} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        {!resource && (
          <div className="field">
            <span className="label" id="r-kind">{t('room.what')}</span>
            <div className="choices" role="radiogroup" aria-labelledby="r-kind">
              {resourceKinds.map((k) => <label className="choice" key={k}><input type="radio" name="kind" checked={k === kind} onChange={() => setKind(k)} /><span>{t(`room.kinds.${kindKey(k)}`)}</span></label>)}
            </div>
          </div>
        )}
        <div className="field">
          <label htmlFor="r-names">{t(resource ? 'room.name' : 'room.names')}</label>
          {resource ? <Input id="r-names" value={form.names} onChange={(e) => set({ names: e.target.value })} maxLength={40} /> : <Input.TextArea id="r-names" value={form.names} onChange={(e) => set({ names: e.target.value })} placeholder={t('room.namesHint')} rows={2} maxLength={2000} />}
          <Wrong text={tried || bad ? wrong.names : ''} />
          {!resource && <p className="help">{t('room.namesHelp')}</p>}
          {!resource && names.length > 1 && <p className="small"><b>{t('room.willMake', { count: names.length })}</b> <span className="quiet">{names.length > 8 ? `${joinWords(names.slice(0, 5), lang)} … ${names.at(-1)}` : joinWords(names, lang)}</span></p>}
          {hasFour && <label className="row tick"><input type="checkbox" checked={skipFour} onChange={(e) => setSkipFour(e.target.checked)} />{t('room.skipFour')}</label>}
        </div>
        <div className="two">
          <div className="field"><label htmlFor="r-capacity">{t('room.capacity')}</label><Input id="r-capacity" inputMode="numeric" value={form.capacity} maxLength={4} onChange={(e) => set({ capacity: digits(e.target.value) })} /><Wrong text={tried ? wrong.capacity : ''} /></div>
          {kind === BookingKind.BANQUET && <div className="field"><label htmlFor="r-tables">{t('room.tables')}</label><Input id="r-tables" inputMode="numeric" value={form.tables} maxLength={3} onChange={(e) => set({ tables: digits(e.target.value) })} /><Wrong text={tried ? wrong.tables : ''} /></div>}
          <div className="field"><label htmlFor="r-money">{t('room.minSpend')}</label><Input id="r-money" inputMode="decimal" prefix="¥" value={form.money} maxLength={10} placeholder={t('room.minSpendNone')} onChange={(e) => set({ money: e.target.value.trim() })} /><Wrong text={tried ? wrong.money : ''} /></div>
        </div>
        <div className="two">
          <div className="field"><label htmlFor="r-floor">{t('room.floor')}</label><Input id="r-floor" value={form.floor} maxLength={20} placeholder={t('room.floorHint')} onChange={(e) => set({ floor: e.target.value })} /></div>
          <div className="field"><label htmlFor="r-area">{t('room.area')}</label><Input id="r-area" value={form.area} maxLength={40} placeholder={t('room.areaHint')} onChange={(e) => set({ area: e.target.value })} /></div>
        </div>
        <Failure error={error}>{error && explain(error).violations.map((v) => <p key={v.field}>{v.message}</p>)}</Failure>
        <div className="actions"><Button type="primary" htmlType="submit" loading={create.isPending || update.isPending}>{resource ? t('room.save') : t('room.enter', { count: names.length })}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
