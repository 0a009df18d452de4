import { HandoverKind, HandoverState, type Handover } from '@changke/gen/handover/v1/handover'
import { HandoverService } from '@changke/gen/handover/v1/handover_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure } from '../ui/parts.tsx'
import { ReasonDialog } from '../ui/ReasonDialog.tsx'

/** A step of somebody's on a case. */
export type CaseAct = 'check' | 'accept' | 'confirm' | 'send' | 'reject' | 'refuse' | 'withdraw'

interface Props { act: CaseAct; handover: Handover; onClose(): void; onDone(): void }

/** Asks once more before a step, or for the reason of a no. */
export function CaseDialog(props: Props) {
  return props.act === 'reject' || props.act === 'refuse' || props.act === 'withdraw' ? <No {...props} act={props.act} /> : <Yes {...props} act={props.act} />
}

function No({ act, handover: h, onClose, onDone }: Props & { act: 'reject' | 'refuse' | 'withdraw' }) {
  const { t } = useTranslation()
  const check = useMutation(HandoverService.method.checkHandover, { onSuccess: onDone })
  const confirm = useMutation(HandoverService.method.confirmHandover, { onSuccess: onDone })
  const answer = useMutation(HandoverService.method.answerHandover, { onSuccess: onDone })
  const withdraw = useMutation(HandoverService.method.withdrawHandover, { onSuccess: onDone })
  const send = (reason: string) => {
    if (act === 'refuse') answer.mutate({ id: h.id, accept: false, reason })
    else if (act === 'withdraw') withdraw.mutate({ id: h.id, reason })
    else if (h.state === HandoverState.REQUESTED) check.mutate({ id: h.id, approve: false, reason })
    else confirm.mutate({ id: h.id, approve: false, reason })
  }
  const all = [check, confirm, answer, withdraw]
  return (
    <ReasonDialog
      title={t(`handover.${act}.title`, { no: h.no })} label={t(`handover.${act}.label`)} need={t(`handover.${act}.need`)} act={t(`handover.${act}.act`)}
      busy={all.some((m) => m.isPending)} error={all.find((m) => m.error)?.error} onClose={onClose} onSend={send}
    />
  )
}

function Yes({ act, handover: h, onClose, onDone }: Props & { act: 'check' | 'accept' | 'confirm' | 'send' }) {
  const { t } = useTranslation()
  const seats = act === 'check' && h.kind === HandoverKind.SAME_POST
  const [seat, setSeat] = useState(h.seat || h.giver?.position || '')
  const check = useMutation(HandoverService.method.checkHandover, { onSuccess: onDone })
  const confirm = useMutation(HandoverService.method.confirmHandover, { onSuccess: onDone })
  const answer = useMutation(HandoverService.method.answerHandover, { onSuccess: onDone })
  const send = useMutation(HandoverService.method.sendHandover, { onSuccess: onDone })
  const all = [check, confirm, answer, send]
  const go = () => {
    if (act === 'check') check.mutate({ id: h.id, approve: true, seat })
    else if (act === 'accept') answer.mutate({ id: h.id, accept: true })
    else if (act === 'confirm') confirm.mutate({ id: h.id, approve: true })
    else send.mutate({ id: h.id })
  }
  const count = h.moved || h.files
  const words = {
    check: [t('handover.checkTitle', { no: h.no }), t('handover.fromTo', { from: h.giver?.name, to: h.receiver?.name }) + ' · ' + t('handover.files', { count: h.files })],
    accept: [t('handover.acceptTitle', { count: h.files }), t('handover.acceptText')],
    confirm: [t('handover.confirmTitle', { no: h.no }), t('handover.confirmText', { count: h.files, name: h.receiver?.name })],
    send: [t('handover.sendTitle', { count }), t('handover.sendText')],
  }[act]
  return (
    <Dialog title={words[0] ?? ''} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); go() }} noValidate>
        <p>{words[1]}</p>
        {seats && (
          <div className="field">
            <label htmlFor="x-seat">{t('handover.seat')}</label>
            <Input id="x-seat" value={seat} onChange={(e) => setSeat(e.target.value)} maxLength={40} />
            <small className="quiet">{t('handover.seatHow', { name: h.receiver?.name })}</small>
          </div>
        )}
        <Failure error={all.find((m) => m.error)?.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={all.some((m) => m.isPending)}>{t(`handover.acts.${act}`)}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
