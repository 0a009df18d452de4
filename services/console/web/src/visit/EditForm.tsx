import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingState, type Booking } from '@changke/gen/visit/v1/visit'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { TimeInput } from '../ui/TimeInput.tsx'
import { useEdit } from '../ui/hooks.ts'
import { Failure, Latest, Wrong } from '../ui/parts.tsx'
import { ArrivalHint, useHours } from './Arrival.tsx'
import { fenOf, yuan, yuanOf } from './words.ts'

const masked = (b: Booking) => b.guestName.includes('*') // not the caller's to read, nor to write over
const formOf = (b: Booking) => ({ guestName: masked(b) ? '' : b.guestName, guests: b.guests ? String(b.guests) : '', arriveTime: b.arriveTime, note: b.note, minSpend: yuanOf(b.minSpendFen), deposit: yuanOf(b.depositFen) })

/** What else was agreed: how many, when, a wish, minimum spend, deposit. */
export function EditForm({ booking, reload, onDone, onClose }: { booking: Booking; reload(): Promise<Booking | undefined>; onDone(booking: Booking | undefined): void; onClose(): void }) {
  const { t } = useTranslation()
  const { seen: b, form, set: put, renew } = useEdit(booking, formOf)
  const hours = useHours(b.storeId, b.businessDate)
  const update = useMutation(BookingService.method.updateBooking, { onSuccess: ({ booking }) => onDone(booking) })
  const set = (change: Partial<typeof form>) => { update.reset(); put(change) }
  const wrong = violationsByField(update.error)
  const save = () => update.mutate({ id: b.id, baseVersion: b.version, guestName: form.guestName.trim(), guests: Number.parseInt(form.guests, 10) || 0, arriveTime: form.arriveTime, note: form.note.trim(), minSpendFen: fenOf(form.minSpend), depositFen: fenOf(form.deposit) })
  const again = async () => {
    renew(await reload())
    update.reset()
  }
  return (
    <form className="sheet-form" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
      {!masked(b) && <div className="field"><label htmlFor="e-name">{t('booking.guestName')}</label><Input id="e-name" autoComplete="off" value={form.guestName} maxLength={60} onChange={(e) => set({ guestName: e.target.value })} /></div>}
      <div className="two">
        <div className="field"><label htmlFor="e-guests">{t('booking.guestsLabel')}</label><Input id="e-guests" inputMode="numeric" value={form.guests} maxLength={4} onChange={(e) => set({ guests: e.target.value.replaceAll(/\D/g, '') })} /><Wrong text={wrong.guests?.message} /></div>
        {b.state !== BookingState.SEATED && <div className="field"><label htmlFor="e-arrive">{t('dayboard.arriveAt')}</label><TimeInput id="e-arrive" value={form.arriveTime} onChange={(arriveTime) => set({ arriveTime })} /><Wrong text={wrong.arrive_time?.message} /><ArrivalHint hours={hours} meal={b.mealPeriod} time={form.arriveTime} /></div>}
      </div>
      <div className="two">
        <div className="field"><label htmlFor="e-min">{t('dayboard.minSpendYuan')}</label><Input id="e-min" inputMode="decimal" prefix="¥" value={form.minSpend} maxLength={11} onChange={(e) => set({ minSpend: yuan(e.target.value) })} /></div>
        <div className="field"><label htmlFor="e-deposit">{t('dayboard.depositYuan')}</label><Input id="e-deposit" inputMode="decimal" prefix="¥" value={form.deposit} maxLength={11} onChange={(e) => set({ deposit: yuan(e.target.value) })} /></div>
      </div>
      <div className="field"><label htmlFor="e-note">{t('booking.note')}</label><Input.TextArea id="e-note" rows={2} value={form.note} maxLength={500} onChange={(e) => set({ note: e.target.value })} /></div>
      <Failure error={update.error} onClose={() => update.reset()}><Latest error={update.error} onLoad={() => void again()} /></Failure>
      <div className="actions">
        <Button type="primary" htmlType="submit" loading={update.isPending}>{t('dayboard.save')}</Button>
        <Button onClick={onClose}>{t('dayboard.leave')}</Button>
      </div>
    </form>
  )
}
