import { timestampMs } from '@bufbuild/protobuf/wkt'
import { FileState, type Customer } from '@changke/gen/customer/v1/customer'
import { DeletionGround, DeletionState } from '@changke/gen/customer/v1/deletion'
import { DeletionService } from '@changke/gen/customer/v1/deletion_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure, TimeLeft, Wrong } from '../ui/parts.tsx'
import { grounds, standing, stateOf, useGround, useReloadDeletions } from './deletions.ts'
import { Turn } from './Turn.tsx'

/** 申请删除 on a guest's page: the request that waits or was refused, and how to make one (DEL-01, form 2). */
export function AskDeletion({ customer }: { customer: Customer }) {
  const { t } = useTranslation()
  const ground = useGround()
  const may = useCan('customer.request')
  const fileId = customer.row?.id ?? ''
  const [asking, setAsking] = useState(false)
  const reload = useReloadDeletions()
  // One that was never approved needs no request: DEL-02 deletes it.
  const deletable = may && Boolean(customer.row?.approvedDate || customer.row?.state === FileState.ENDED)
  const { data, error, refetch } = useQuery(DeletionService.method.listStoreDeletions, { fileId, pageSize: 5 }, { enabled: deletable && fileId !== '' })
  const withdraw = useMutation(DeletionService.method.withdrawDeletion, { onSuccess: reload })
  if (!deletable) return null
  const now = standing(data?.requests)
  const pending = now?.state === DeletionState.PENDING
  return (
    <>
      {now && (
        <div className="asked">
          <p className="row"><Chip tone={stateOf(now.state).tone}>{t(`deletion.states.${stateOf(now.state).key}`)}</Chip><span>{pending ? t('deletion.waits', { ground: ground(now.ground), reason: now.reason }) : t('deletion.refusedBecause', { name: now.decidedName, reason: now.refusal })}</span>{pending && now.dueTime && <TimeLeft due={timestampMs(now.dueTime)} />}
            {pending && <Button size="small" loading={withdraw.isPending} onClick={() => withdraw.mutate({ requestId: now.id })}>{t('deletion.withdraw')}</Button>}
          </p>
          {pending && now.turn && <Turn turn={now.turn} />}
        </div>
      )}
      <Failure error={error} onRetry={() => void refetch()} />
      <Failure error={withdraw.error} onClose={() => withdraw.reset()} />
      {data && !pending && <Button icon={<Icon name="bin" size={16} />} onClick={() => setAsking(true)}>{t('deletion.ask')}</Button>}
      {asking && <Form fileId={fileId} onClose={() => setAsking(false)} onDone={() => { setAsking(false); reload() }} />}
    </>
  )
}

function Form({ fileId, onClose, onDone }: { fileId: string; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const [ground, setGround] = useState(DeletionGround.UNSPECIFIED)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const ask = useMutation(DeletionService.method.requestDeletion, { onSuccess: onDone })
  const enough = [...reason.trim()].length >= 2
  const send = () => {
    setTried(true)
    if (ground !== DeletionGround.UNSPECIFIED && enough) ask.mutate({ fileId, ground, reason: reason.trim() })
  }
  return (
    <Dialog title={t('deletion.askTitle')} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        <p className="second">{t('deletion.askHow')}</p>
        <div className="field">
          <span className="label" id="d-ground">{t('deletion.ground')}</span>
          <div className="choices" role="radiogroup" aria-labelledby="d-ground">
            {grounds.map(([value, key]) => <label className="choice" key={value}><input type="radio" name="ground" checked={ground === value} onChange={() => setGround(value)} /><span>{t(`deletion.grounds.${key}`)}</span></label>)}
          </div>
          {ground === DeletionGround.DUPLICATE && <p className="help">{t('deletion.duplicateHint')}</p>}
          {tried && ground === DeletionGround.UNSPECIFIED && <Wrong text={t('deletion.needGround')} />}
        </div>
        <div className="field">
          <label htmlFor="d-reason">{t('deletion.reason')}</label>
          <Input.TextArea id="d-reason" rows={3} maxLength={200} value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('deletion.reasonHint')} />
          {tried && !enough && <Wrong text={t('deletion.needReason')} />}
        </div>
        <Failure error={ask.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={ask.isPending}>{t('deletion.send')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
