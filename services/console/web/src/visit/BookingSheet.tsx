import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { BookingState, BookingWay, NoticeFinding, NoticeWay, type Booking, type GuestNotes } from '@changke/gen/visit/v1/visit'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe, useRight, useStores } from '../app/me.tsx'
import { formatClock, formatDate, formatFen, formatTime } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, Go, useFlash } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import { CheckForm } from './CheckForm.tsx'
import { CorrectForm } from './CorrectForm.tsx'
import { EditForm } from './EditForm.tsx'
import { EndForm } from './EndForm.tsx'
import { MoveForm } from './MoveForm.tsx'
import { NoticeForm } from './NoticeForm.tsx'
import { NumberForm } from './NumberForm.tsx'
import { bookingState, kindKey, mealKey } from './words.ts'
import './board.css'

type Part = 'move' | 'edit' | 'number' | 'notice' | 'cancelled' | 'noShow' | 'correct' | 'finish'

/** One booking, opened: what it is, whom to heed, whom it is credited to and why, and what can be done. */
export function BookingSheet({ id, mayWrite, onClose, onChanged }: { id: string; mayWrite: boolean; onClose(): void; onChanged(): void }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(BookingService.method.getBooking, { id })
  const b = data?.booking
  return (
    <Dialog side onClose={onClose} title={t('dayboard.sheet')}>
      <Failure error={error} onRetry={() => void refetch()} />
      {!b && !error && <Bones rows={5} h={44} />}
      {b && <Sheet booking={b} guest={data.guest} mayWrite={mayWrite} given={data.notices} mayCheck={data.mayCheck} reload={async () => (await refetch()).data?.booking} onChanged={() => { void refetch(); onChanged() }} />}
    </Dialog>
  )
}

interface SheetProps {
  booking: Booking
  guest: GuestNotes | undefined
  mayWrite: boolean
  mayCheck: boolean
  given: { way: NoticeWay; time?: Parameters<typeof formatClock>[0]; givenByName: string }[]
  reload(): Promise<Booking | undefined>
  onChanged(): void
}

function Sheet({ booking: b, guest, mayWrite, mayCheck, given, reload, onChanged }: SheetProps) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const me = useMe()
  const zone = useStores().stores.find((s) => s.id === b.storeId)?.zone
  const reads = useRight('customer.read')
  const [part, setPart] = useState<Part>()
  const [flash, mark] = useFlash()
  const done = (text: string) => () => { setPart(undefined); mark(text); onChanged() }
  const confirm = useMutation(BookingService.method.confirmBooking, { onSuccess: done(t('dayboard.did.confirmed')) })
  const seat = useMutation(BookingService.method.seatBooking, { onSuccess: done(t('booking.did.seated')) })
  const finish = useMutation(BookingService.method.finishBooking, { onSuccess: done(t('booking.did.finished')) })
  const failed = [confirm, seat, finish].find((m) => m.error)
  const state = bookingState(b.state)
  const open = b.state === BookingState.CONFIRMED || b.state === BookingState.REQUESTED
  const sits = b.state === BookingState.SEATED
  const over = b.businessDate < me.businessDate
  const corrects = useRight(over ? 'correction.decide' : 'booking.correct')
  const seesFile = reads && (reads.tenantWide || reads.storeIds.includes(b.storeId) || b.ownerName === me.person?.name)
  const mayCorrect = corrects && (corrects.tenantWide || corrects.storeIds.includes(b.storeId)) && b.state !== BookingState.CANCELLED && b.state !== BookingState.NO_SHOW
  const toggle = (p: Part) => setPart(part === p ? undefined : p)
  const way = b.way === BookingWay.PHONE ? 'phone' : b.way === BookingWay.REFERRER ? 'referrer' : b.way === BookingWay.WALK_IN ? 'walkIn' : undefined
  const facts: [string, string][] = [
    [t('dayboard.when'), `${formatDate(b.businessDate, lang)} ${t(`meal.${mealKey(b.mealPeriod)}`)}${b.arriveTime && ` · ${t('dayboard.arrives', { time: b.arriveTime })}`}`],
    [t('dayboard.where'), `${t(`booking.kind.${kindKey(b.kind)}`)} · ${b.places.map((p) => p.name).join(' + ') || b.resourceName || t('booking.noRoom')}`],
    [t('booking.guestsLabel'), [b.guests > 0 && t('booking.guests', { count: b.guests }), b.tables > 0 && t('booking.tables', { count: b.tables })].filter(Boolean).join(' · ')],
    [t('dayboard.money'), [b.minSpendFen > 0n && t('dayboard.min', { amount: formatFen(b.minSpendFen) }), b.depositFen > 0n && t('dayboard.deposit', { amount: formatFen(b.depositFen) })].filter(Boolean).join(' · ')],
    [t('dayboard.way'), way ? t(`dayboard.ways.${way}`) : ''],
    [t('dayboard.people'), [t('booking.by', { name: b.bookerName }), b.ownerName && t('booking.owner', { name: b.ownerName }), b.enteredByName && b.enteredByName !== b.bookerName && t('dayboard.enteredBy', { name: b.enteredByName })].filter(Boolean).join(' · ')],
    [t('dayboard.times'), [b.seatedTime && t('booking.times.seated', { time: b.seatedTime }), b.finishTime && t('booking.times.finished', { time: formatClock(b.finishTime, zone) })].filter(Boolean).join(' · ')],
    [t('booking.note'), b.note],
    [t('dayboard.endedFor'), b.cancelReason],
    [t('dayboard.ref'), b.ref],
  ]
  return (
    <div className="stack">
      <div className="sheet-top">
        <b>{b.guestName || b.maskedNumber || t('dayboard.unknown')}</b>
        {b.fileId && <Chip tone="accent">VIP</Chip>}
        <Chip tone={state.tone}>{t(`booking.state.${state.key}`)}</Chip>
        {flash}
        {b.guestName && <span className="second mono">{b.maskedNumber}</span>}
        {b.fileId && seesFile && <Go to={`/customers/${b.fileId}`} className="linklike">{t('dayboard.openFile')}</Go>}
      </div>
      {guest && (guest.blacklisted || guest.taboos || guest.taste || guest.favourites) && (
        <div className="heed">
          {guest.blacklisted && <Chip tone="late">{t('dayboard.blacklisted')}</Chip>}
          {guest.taboos && <div className="taboo"><Icon name="alert" size={16} /> {t('dayboard.taboos', { text: guest.taboos })}</div>}
          {guest.taste && <div>{t('dayboard.taste', { text: guest.taste })}</div>}
          {guest.favourites && <div>{t('dayboard.favourites', { text: guest.favourites })}</div>}
        </div>
      )}
      {(mayWrite || mayCorrect) && (
        <div className="sheet-acts">
          {mayWrite && (
            <>
              {b.state === BookingState.REQUESTED && <Button type="primary" loading={confirm.isPending} onClick={() => confirm.mutate({ id: b.id, sendNotice: b.maskedNumber !== '' })}>{t('dayboard.confirm')}</Button>}
              {open && !over && <Button type={b.state === BookingState.CONFIRMED ? 'primary' : 'default'} loading={seat.isPending} disabled={b.businessDate !== me.businessDate} title={b.businessDate === me.businessDate ? undefined : t('dayboard.notToday')} onClick={() => seat.mutate({ id: b.id })}>{t('booking.seat')}</Button>}
              {sits && <Button type="primary" onClick={() => toggle('finish')} aria-expanded={part === 'finish'}>{t('booking.finish')}</Button>}
              {(open || sits) && <Button onClick={() => toggle('move')} aria-expanded={part === 'move'}>{t(open ? 'dayboard.moveEarly' : 'dayboard.move')}</Button>}
              {!over && (open || sits) && <Button onClick={() => toggle('edit')} aria-expanded={part === 'edit'}>{t('dayboard.edit')}</Button>}
              {!over && !b.maskedNumber && (open || sits || b.state === BookingState.FINISHED) && <Button onClick={() => toggle('number')} aria-expanded={part === 'number'}>{t('dayboard.addNumber')}</Button>}
              {!over && (b.state === BookingState.CONFIRMED || sits || b.state === BookingState.FINISHED) && <Button onClick={() => toggle('notice')} aria-expanded={part === 'notice'}>{t('dayboard.notice')}</Button>}
              {open && <Button onClick={() => toggle('noShow')} aria-expanded={part === 'noShow'}>{t('booking.noShow')}</Button>}
              {open && <Button onClick={() => toggle('cancelled')} aria-expanded={part === 'cancelled'}>{t('booking.cancel')}</Button>}
            </>
          )}
          {mayCorrect && <Button onClick={() => toggle('correct')} aria-expanded={part === 'correct'}>{t('dayboard.correct')}</Button>}
        </div>
      )}
      {part === 'finish' && sits && (
        <div className="sheet-form">
          <p>{t('booking.finishText')}</p>
          <div className="actions"><Button type="primary" loading={finish.isPending} onClick={() => finish.mutate({ id: b.id })}>{t('dayboard.finishNow')}</Button><Button onClick={() => setPart(undefined)}>{t('dayboard.leave')}</Button></div>
        </div>
      )}
      {part === 'move' && <MoveForm booking={b} reload={reload} onDone={done(t('dayboard.did.moved'))} onClose={() => setPart(undefined)} />}
      {part === 'edit' && <EditForm booking={b} reload={reload} onDone={done(t('dayboard.did.saved'))} onClose={() => setPart(undefined)} />}
      {part === 'number' && <NumberForm booking={b} onDone={done(t('dayboard.did.saved'))} onClose={() => setPart(undefined)} />}
      {part === 'notice' && <NoticeForm booking={b} onDone={(_, text) => done(text)()} onClose={() => setPart(undefined)} />}
      {(part === 'cancelled' || part === 'noShow') && open && <EndForm key={part} booking={b} ending={part} onDone={done(t(`booking.did.${part}`))} onClose={() => setPart(undefined)} />}
      {part === 'correct' && <CorrectForm booking={b} late={over} onDone={done(t('dayboard.did.corrected'))} onClose={() => setPart(undefined)} />}
      {failed && <Failure error={failed.error} onClose={() => failed.reset()} />}
      {b.creditExplained && <p className="sheet-why"><Icon name="leaf" size={16} /> <RuleText>{said(b.creditExplained, b.creditExplainedEn)}</RuleText></p>}
      {b.formerBookerName && <p className="second">{t('dayboard.corrected', { former: b.formerBookerName, by: b.correctedByName, reason: b.correctReason })}</p>}
      <dl className="sheet-facts">{facts.filter(([, text]) => text).map(([label, text]) => [<dt key={label}>{label}</dt>, <dd key={`${label}-text`}>{text}</dd>])}</dl>
      <div>
        <h3>{t('dayboard.notices')}</h3>
        {given.length === 0 && <p className="second">{b.noticeTime ? formatTime(b.noticeTime, lang, zone) : t('booking.noNotice')}</p>}
        <ul className="notices-given">
          {given.map((n, i) => <li key={i}>{n.time && formatTime(n.time, lang, zone)} {t(n.way === NoticeWay.IN_PERSON ? 'dayboard.toldBy' : 'dayboard.sentBy', { name: n.givenByName })}</li>)}
        </ul>
        {b.noticeWay === NoticeWay.IN_PERSON && <p className="second">{t('dayboard.toldWhy', { reason: b.noticeReason })}</p>}
        {b.noticeWay === NoticeWay.IN_PERSON && <Found booking={b} />}
        {mayCheck && <CheckForm booking={b} onDone={done(t('dayboard.did.checked'))} />}
      </div>
    </div>
  )
}

/** What was found of a notice told in person. */
function Found({ booking: b }: { booking: Booking }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const zone = useStores().stores.find((s) => s.id === b.storeId)?.zone
  if (b.noticeFinding === NoticeFinding.UNSPECIFIED) return <p><Chip tone="soon">{t('dayboard.inPerson')}</Chip></p>
  const held = b.noticeFinding === NoticeFinding.CONFIRMED
  const name = b.checkedForName ? t('bill.forName', { by: b.checkedByName, holder: b.checkedForName }) : b.checkedByName
  return <p><Chip tone={held ? 'done' : 'late'}>{t(held ? 'dayboard.check.wasHeld' : 'dayboard.check.wasDoubted')}</Chip> <span className="second">{[name, formatTime(b.checkTime, lang, zone), b.checkNote].filter(Boolean).join(' · ')}</span></p>
}
