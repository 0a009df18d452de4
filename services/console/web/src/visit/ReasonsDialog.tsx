import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Bones, Failure } from '../ui/parts.tsx'

const linesOf = (text: string) => [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))]

/** The chain's reasons for calling off and for no-shows, one a line (VIS-09). */
export function ReasonsDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const { data, error } = useQuery(BookingService.method.listBookingReasons, {})
  return (
    <Dialog title={t('dayboard.reasonsTitle')} onClose={onClose}>
      <Failure error={error} />
      {!data && !error && <Bones rows={3} />}
      {data && <Lists cancelled={data.cancelled} noShow={data.noShow} onClose={onClose} />}
    </Dialog>
  )
}

function Lists({ cancelled, noShow, onClose }: { cancelled: string[]; noShow: string[]; onClose(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [form, setForm] = useState({ cancelled: cancelled.join('\n'), noShow: noShow.join('\n') })
  const save = useMutation(BookingService.method.updateBookingReasons, {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: BookingService.method.listBookingReasons, cardinality: 'finite' }) })
      onClose()
    },
  })
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); save.mutate({ cancelled: linesOf(form.cancelled), noShow: linesOf(form.noShow) }) }}>
      <p className="second">{t('dayboard.reasonsText')}</p>
      {(['cancelled', 'noShow'] as const).map((ending) => (
        <div className="field" key={ending}>
          <label htmlFor={`reasons-${ending}`}>{t(`dayboard.end.${ending}`)}</label>
          <Input.TextArea id={`reasons-${ending}`} value={form[ending]} rows={6} onChange={(e) => { save.reset(); setForm({ ...form, [ending]: e.target.value }) }} />
        </div>
      ))}
      <Failure error={save.error} />
      <div className="actions"><Button type="primary" htmlType="submit" loading={save.isPending}>{t('dayboard.save')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
    </form>
  )
}
