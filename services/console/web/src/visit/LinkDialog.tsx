import { BillDeskService, BillLinkReason, type BillProposal, type BillRecord } from '@changke/gen/visit/v1/bill_desk_service'
import { useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure } from '../ui/parts.tsx'
import { linkReasons, refreshBills } from './bills.ts'

/** Says which booking a bill belongs to, or that it belongs to none, with the reason (VIS-06). */
export function LinkDialog({ bill, to, onDone, onClose }: { bill: BillRecord; to: BillProposal | undefined; onDone(): void; onClose(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState(to ? BillLinkReason.UNSPECIFIED : BillLinkReason.NOT_BOOKED)
  const link = useMutation(BillDeskService.method.linkBill, { onSuccess: () => { refreshBills(client); onDone() } })
  return (
    <Dialog title={to ? t('bill.linkTitle', { ref: to.ref }) : t('bill.unlinkTitle')} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (reason) link.mutate({ storeId: bill.storeId, source: bill.source, billNo: bill.billNo, linkNo: bill.linkNo, bookingId: to?.bookingId ?? '', reason }) }}>
        <p className="second">{t('bill.linkText')}</p>
        <div className="field">
          <label htmlFor="link-reason">{t('bill.reason')}</label>
          <select className="native" id="link-reason" value={reason} onChange={(e) => setReason(Number(e.target.value))}>
            <option value={BillLinkReason.UNSPECIFIED}>{t('bill.chooseReason')}</option>
            {linkReasons.filter((r) => !to || r.reason !== BillLinkReason.NOT_BOOKED).map((r) => <option key={r.key} value={r.reason}>{t(`bill.reasons.${r.key}`)}</option>)}
          </select>
        </div>
        <Failure error={link.error} onClose={() => link.reset()} />
        <div className="actions">
          <Button type="primary" htmlType="submit" loading={link.isPending} disabled={!reason}>{t(to ? 'bill.linkNow' : 'bill.unlinkNow')}</Button>
          <Button onClick={onClose}>{t(to ? 'bill.leave' : 'app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
