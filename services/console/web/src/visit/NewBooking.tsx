import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingKind, BookingWay, type Booking, type MealPeriod } from '@changke/gen/visit/v1/visit'
import type { Store } from '@changke/gen/tenant/v1/tenant'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { transient, violationsByField } from '../app/faults.ts'
import { useCan, useMe } from '../app/me.tsx'
import { ContactKind } from '@changke/gen/customer/v1/contact'
import { contactKey } from '../customer/contactKinds.ts'
import { newId } from '../customer/FileForm.tsx'
import { formatDate, formatFen } from '../ui/format.ts'
import { useDebounced, useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { TimeInput } from '../ui/TimeInput.tsx'
import { Chip, Failure } from '../ui/parts.tsx'
import { stateOf } from '../customer/words.ts'
import { ArrivalHint, useHours, WalkInHint } from './Arrival.tsx'
import { PlacePicker } from './PlacePicker.tsx'
import { useGuestsOfNumber } from './NumberForm.tsx'
import { fenOf, kindKey, kinds, mealKey, meals, yuan } from './words.ts'
import './board.css'

interface Props {
  store: Store
  date: string
  guest: string
  /** The meal period that was tapped, else that of now. */
  meal: MealPeriod
  /** The place that was tapped, and its kind. */
  place?: string
  kind?: BookingKind
  taken: Booking[]
  onClose(): void
  onDone(booking: Booking): void
}

/** A new booking. The guest is recognised while the number is typed; a taken room can't be chosen. */
export function NewBooking({ store, date, guest, meal, place: tapped = '', kind = BookingKind.ROOM, taken, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const me = useMe()
  const [requestId] = useState(newId)
  const [tried, setTried] = useState(false)
  const [form, setForm] = useState(() => ({
    number: '', guestName: guest, businessDate: date < me.businessDate ? me.businessDate : date, mealPeriod: meal, kind, picked: tapped ? [tapped] : [] as string[], guests: '', sendNotice: true, note: '', forFileId: '',
    way: BookingWay.PHONE, forReferrer: false, requested: false, arriveTime: '', tables: '', minSpend: '', deposit: '',
  }))
  const rooms = useQuery(BookingService.method.listResources, { storeId: store.id }, { staleTime: 300_000 })
  const create = useMutation(BookingService.method.createBooking, { onSuccess: ({ booking }) => booking && onDone(booking) })
  const wrong = violationsByField(create.error)
  const set = (change: Partial<typeof form>) => {
    if (create.error) create.reset()
    setForm({ ...form, ...change })
  }
  // What is taken on another day, its own list says.
  const other = useQuery(BookingService.method.listBookings, { storeId: store.id, businessDate: form.businessDate }, { enabled: form.businessDate !== date })
  const busy = form.businessDate === date ? taken : other.data?.bookings ?? []
  const hours = useHours(store.id, form.businessDate)
  const walkIn = form.way === BookingWay.WALK_IN
  const banquet = form.kind === BookingKind.BANQUET
  const places = rooms.data?.resources.filter((r) => r.kind === form.kind) ?? []
  const place = places.find((r) => r.id === form.picked[0])
  const seats = form.picked.reduce((sum, id) => sum + (places.find((r) => r.id === id)?.capacity ?? 0), 0)
  const count = Number.parseInt(form.guests, 10) || 0
  const called = useGuestsOfNumber(store.id, form.number)
  const several = called.length > 1
  // A guest of whom one file tells the name need not be named again.
  const known = called.length === 1 && called[0]?.kind === ContactKind.OWN && !called[0].name.includes('*') ? called[0].name : ''
  const forFileId = several ? (called.some((g) => g.fileId === form.forFileId) ? form.forFileId : called.find((g) => g.kind === ContactKind.OWN)?.fileId ?? '') : ''
  const save = () => {
    setTried(true)
    if ((!form.number.trim() && !walkIn) || (several && !forFileId)) return
    const { picked, minSpend, deposit, ...rest } = form
    create.mutate({
      ...rest, forFileId, number: form.number.trim(), guestName: form.guestName.trim() || known, note: form.note.trim(), guests: count, storeId: store.id, requestId,
      resourceId: picked[0] ?? '', moreResourceIds: picked.slice(1), tables: banquet ? Number.parseInt(form.tables, 10) || 0 : 0, minSpendFen: fenOf(minSpend), depositFen: fenOf(deposit),
      requested: form.requested && !walkIn, arriveTime: walkIn ? '' : form.arriveTime, businessDate: walkIn ? me.businessDate : form.businessDate,
    })
  }
  const field = (name: keyof typeof form | 'resourceId', label: string, input: ReactNode, help?: ReactNode) => {
    const violation = wrong[name] ?? wrong[name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)]
    const note = violation?.message ?? (tried && name === 'number' && !form.number.trim() && !walkIn ? t('booking.needNumber') : tried && name === 'forFileId' && several && !forFileId ? t('contact.forWhom') : '')
    return (
      <div className="field">
        <label htmlFor={`b-${name}`}>{label}</label>
        {input}
        {note && <p className="wrong" role="alert"><Icon name="alert" size={16} />{note}</p>}
        {help}
      </div>
    )
  }
  return (
    <Dialog side onClose={onClose} title={t('booking.newAt', { store: store.name })}>
      <form className="stack booking-form" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <Radios name="way" label={t('dayboard.way')} values={([['phone', BookingWay.PHONE], ['walkIn', BookingWay.WALK_IN], ['referrer', BookingWay.REFERRER]] as const).map(([key, value]) => ({ value, label: t(`dayboard.ways.${key}`) }))} value={form.way} onChange={(way) => set({ way, forReferrer: way === BookingWay.REFERRER ? false : form.forReferrer, ...(way === BookingWay.WALK_IN && form.businessDate !== me.businessDate && { businessDate: me.businessDate, picked: [] }) })} />
        {wrong.way && <p className="wrong" role="alert"><Icon name="alert" size={16} />{wrong.way.message}</p>}
        {field('number', t('booking.number'), <Input id="b-number" type="tel" inputMode="tel" autoComplete="off" value={form.number} onChange={(e) => set({ number: e.target.value })} maxLength={40} />, <Recognised number={form.number} storeId={store.id} onName={(guestName) => !form.guestName && set({ guestName })} />)}
        {called.some((g) => g.kind !== ContactKind.OWN) && field('forFileId', t('contact.forWhom'), (
          <div className="choices" role="radiogroup" aria-label={t('contact.forWhom')}>
            {called.map((g) => (
              <label className="choice" key={g.fileId}>
                <input type="radio" name="for" checked={!several || forFileId === g.fileId} onChange={() => set({ forFileId: g.fileId })} />
                <span>{g.name} <small className="mono">{g.maskedNumber}</small> · {t(g.kind === ContactKind.OWN ? 'contact.forWhomOwn' : `contact.kinds.${contactKey(g.kind)}`)}</span>
              </label>
            ))}
          </div>
        ))}
        {field('guestName', t('booking.guestName'), <Input id="b-guestName" autoComplete="off" placeholder={known} value={form.guestName} onChange={(e) => set({ guestName: e.target.value })} maxLength={60} />)}
        {form.way !== BookingWay.REFERRER && <label className="row notice-choice"><input type="checkbox" checked={form.forReferrer} onChange={(e) => set({ forReferrer: e.target.checked })} /><span><b>{t('dayboard.forReferrer')}</b><small className="quiet">{t(form.forReferrer ? 'dayboard.forReferrerYes' : 'dayboard.forReferrerNo')}</small></span></label>}
        <div className="two">
          {!walkIn && field('businessDate', t('booking.day'), <input className="native" id="b-businessDate" type="date" min={me.businessDate} value={form.businessDate} onChange={(e) => set({ businessDate: e.target.value, picked: [] })} />)}
          {!walkIn && field('arriveTime', t('dayboard.arriveAt'), <TimeInput id="b-arriveTime" value={form.arriveTime} onChange={(arriveTime) => set({ arriveTime })} />, <ArrivalHint hours={hours} meal={form.mealPeriod} time={form.arriveTime} onMeal={(mealPeriod) => set({ mealPeriod, picked: [] })} />)}
          {field('guests', t('booking.guestsLabel'), <Input id="b-guests" inputMode="numeric" value={form.guests} onChange={(e) => set({ guests: e.target.value.replaceAll(/\D/g, '') })} maxLength={4} />)}
        </div>
        <Radios name="meal" label={t('booking.meal')} values={meals.map((m) => ({ value: m, label: t(`meal.${mealKey(m)}`) }))} value={form.mealPeriod} onChange={(mealPeriod) => set({ mealPeriod, picked: [] })} />
        {walkIn && <WalkInHint storeId={store.id} today={me.businessDate} meal={form.mealPeriod} onMeal={(mealPeriod) => set({ mealPeriod, picked: [] })} />}
        <Radios name="kind" label={t('booking.kindLabel')} values={kinds.map((k) => ({ value: k, label: t(`booking.kind.${kindKey(k)}`) }))} value={form.kind} onChange={(kind) => set({ kind, picked: [] })} />
        {field('resourceId', t('booking.place'), <PlacePicker id="b-resourceId" places={places} bookings={busy} date={form.businessDate} meal={form.mealPeriod} picked={form.picked} onPick={(picked) => set({ picked })} />, place && (
          <p className="help">
            {place.minSpendFen > 0n && t('booking.minSpend', { amount: formatFen(place.minSpendFen) })} {!banquet && count > seats && <span className="text-soon">{t('booking.tooMany', { count: seats })}</span>}
          </p>
        ))}
        {banquet && (
          <div className="two">
            {field('tables', t('dayboard.tables'), <Input id="b-tables" inputMode="numeric" value={form.tables} onChange={(e) => set({ tables: e.target.value.replaceAll(/\D/g, '') })} maxLength={3} />)}
            {field('minSpend', t('dayboard.minSpendYuan'), <Input id="b-minSpend" inputMode="decimal" prefix="¥" value={form.minSpend} onChange={(e) => set({ minSpend: yuan(e.target.value) })} maxLength={11} />)}
            {field('deposit', t('dayboard.depositYuan'), <Input id="b-deposit" inputMode="decimal" prefix="¥" value={form.deposit} onChange={(e) => set({ deposit: yuan(e.target.value) })} maxLength={11} />)}
          </div>
        )}
        {!walkIn && <label className="row notice-choice"><input type="checkbox" checked={form.requested} onChange={(e) => set({ requested: e.target.checked })} /><span><b>{t('dayboard.requested')}</b><small className="quiet">{t('dayboard.requestedText')}</small></span></label>}
        {!(form.requested && !walkIn) && <label className="row notice-choice"><input type="checkbox" checked={form.sendNotice} onChange={(e) => set({ sendNotice: e.target.checked })} /><span><b>{t(walkIn ? 'dayboard.sendDining' : 'booking.sendNotice')}</b><small className="quiet">{t(form.sendNotice ? 'booking.noticeYes' : 'booking.noticeNo')}</small></span></label>}
        {field('note', t('booking.note'), <Input.TextArea id="b-note" value={form.note} onChange={(e) => set({ note: e.target.value })} rows={2} maxLength={500} />)}
        <Failure error={create.error} onRetry={transient(create.error) ? save : undefined} />
        <div className="actions"><Button type="primary" htmlType="submit" size="large" loading={create.isPending}>{t(walkIn ? 'dayboard.enterAndSeat' : 'booking.enter')}</Button><Button size="large" onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

function Recognised({ number, storeId, onName }: { number: string; storeId: string; onName(name: string): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const maySee = useCan('customer.read')
  const settled = useDebounced(number.replaceAll(/[\s-]/g, ''), 250)
  const { data } = useQuery(CustomerService.method.listCustomers, { storeId, query: settled, pageSize: 2 }, { enabled: maySee && /^\+?\d{8,15}$/.test(settled), gcTime: 0, refetchInterval: 15_000 })
  const guest = data?.customers.length === 1 ? data.customers[0] : undefined
  // Not approved yet: no VIP, and nobody's; whose file it is, only the file says.
  const waiting = guest !== undefined && !guest.approvedDate
  const file = useQuery(CustomerService.method.getCustomer, { id: guest?.id ?? '' }, { enabled: waiting })
  if (!guest) return null
  return (
    <button type="button" className="known" onClick={() => onName(guest.name)}>
      {waiting ? <Chip tone={stateOf(guest.state).tone}>{t(`customer.states.${stateOf(guest.state).key}`)}</Chip> : <Chip tone="accent">VIP</Chip>}
      <span><b>{guest.name}</b> <small>{waiting ? file.data?.customer && t('booking.underReview', { name: file.data.customer.writerName }) : guest.ownerName ? t('booking.owner', { name: guest.ownerName }) : t('customer.public')}{guest.lastVisitDate && ` · ${t('today.lastVisit', { date: formatDate(guest.lastVisitDate, lang) })}`}</small></span>
    </button>
  )
}

function Radios<T extends number>({ name, label, values, value, onChange }: { name: string; label: string; values: { value: T; label: string }[]; value: T; onChange(value: T): void }) {
  return (
    <div className="field">
      <span className="label" id={`b-${name}`}>{label}</span>
      <div className="choices" role="radiogroup" aria-labelledby={`b-${name}`}>
        {values.map((v) => <label className="choice" key={v.value}><input type="radio" name={name} checked={v.value === value} onChange={() => onChange(v.value)} /><span>{v.label}</span></label>)}
      </div>
    </div>
  )
}
