import { ContactKind } from '@changke/gen/customer/v1/contact'
import { BookingService } from '@changke/gen/visit/v1/booking_service'
import type { Booking } from '@changke/gen/visit/v1/visit'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { contactKey } from '../customer/contactKinds.ts'
import { violationsByField } from '../app/faults.ts'
import { useDebounced } from '../ui/hooks.ts'
import { Failure, Wrong } from '../ui/parts.tsx'

/** For whom a number may book, once it is whole (VIS-12). */
export function useGuestsOfNumber(storeId: string, number: string) {
  const settled = useDebounced(number.replaceAll(/[\s-]/g, ''), 250)
  const whole = /^\+?\d{8,15}$/.test(settled)
  const { data } = useQuery(BookingService.method.listGuestsOfNumber, { storeId, number: settled }, { enabled: whole, gcTime: 0, retry: false })
  return whole ? (data?.guests ?? []) : []
}

/** The number of a guest who told none when he came (VIS-11). */
export function NumberForm({ booking: b, onDone, onClose }: { booking: Booking; onDone(booking: Booking | undefined): void; onClose(): void }) {
  const { t } = useTranslation()
  const [number, setNumber] = useState('')
  const [chosen, setChosen] = useState('')
  const add = useMutation(BookingService.method.addBookingNumber, { onSuccess: ({ booking }) => onDone(booking) })
  const wrong = violationsByField(add.error)
  const called = useGuestsOfNumber(b.storeId, number)
  const several = called.length > 1
  const forFileId = several ? (called.some((g) => g.fileId === chosen) ? chosen : called.find((g) => g.kind === ContactKind.OWN)?.fileId ?? '') : ''
  return (
    <form className="sheet-form" onSubmit={(e) => { e.preventDefault(); if (number.trim()) add.mutate({ id: b.id, number: number.trim(), forFileId }) }} noValidate>
      <p className="second">{t('dayboard.numberText')}</p>
      <div className="field"><label htmlFor="n-number">{t('booking.number')}</label><Input id="n-number" type="tel" inputMode="tel" autoComplete="off" value={number} maxLength={40} onChange={(e) => { add.reset(); setNumber(e.target.value) }} /><Wrong text={wrong.number?.message} /></div>
      {called.some((g) => g.kind !== ContactKind.OWN) && (
        <div className="choices" role="radiogroup" aria-label={t('contact.forWhom')}>
          {called.map((g) => (
            <label className="choice" key={g.fileId}>
              <input type="radio" name="number-for" checked={!several || forFileId === g.fileId} onChange={() => setChosen(g.fileId)} />
              <span>{g.name} <small className="mono">{g.maskedNumber}</small> · {t(g.kind === ContactKind.OWN ? 'contact.forWhomOwn' : `contact.kinds.${contactKey(g.kind)}`)}</span>
            </label>
          ))}
        </div>
      )}
      {!wrong.number && <Failure error={add.error} onClose={() => add.reset()} />}
      <div className="actions">
        <Button type="primary" htmlType="submit" loading={add.isPending} disabled={!number.trim() || (several && !forFileId)}>{t('dayboard.numberNow')}</Button>
        <Button onClick={onClose}>{t('dayboard.leave')}</Button>
      </div>
    </form>
  )
}
