import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { NoticeFinding, type Booking } from '@changke/gen/visit/v1/visit'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure, Wrong } from '../ui/parts.tsx'

/** Whether a guest was told in person as recorded (VIS-03): found once, by somebody whose it is not. */
export function CheckForm({ booking: b, onDone }: { booking: Booking; onDone(booking: Booking | undefined): void }) {
  const { t } = useTranslation()
  const [note, setNote] = useState('')
  const [lacks, setLacks] = useState(false)
  const check = useMutation(BookingService.method.checkNotice, { onSuccess: ({ booking }) => onDone(booking) })
  const found = (finding: NoticeFinding) => {
    const empty = finding === NoticeFinding.DOUBTED && !note.trim()
    setLacks(empty)
    if (!empty) check.mutate({ id: b.id, finding, note: note.trim() })
  }
  const busy = (finding: NoticeFinding) => check.isPending && check.variables?.finding === finding
  return (
    // Said once for ever: Enter in the note says neither.
    <form className="sheet-form" onSubmit={(e) => e.preventDefault()} aria-label={t('dayboard.check.title')}>
      <p className="second">{t('dayboard.check.text')}</p>
      <div className="field">
        <label htmlFor={`check-${b.id}`}>{t('dayboard.check.note')}</label>
        <Input id={`check-${b.id}`} value={note} maxLength={200} placeholder={t('dayboard.check.hint')} onChange={(e) => { setNote(e.target.value); setLacks(false) }} />
        <Wrong text={lacks ? t('dayboard.check.needNote') : undefined} />
      </div>
      <Failure error={check.error} onClose={() => check.reset()} />
      <div className="actions">
        <Button type="primary" loading={busy(NoticeFinding.CONFIRMED)} onClick={() => found(NoticeFinding.CONFIRMED)}>{t('dayboard.check.held')}</Button>
        <Button danger loading={busy(NoticeFinding.DOUBTED)} onClick={() => found(NoticeFinding.DOUBTED)}>{t('dayboard.check.doubt')}</Button>
      </div>
    </form>
  )
}
