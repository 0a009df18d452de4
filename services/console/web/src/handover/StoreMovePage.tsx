import { StoreMoveKind, StoreMoveService, StoreMoveState, type StoreMove, type StoreMoveDetail } from '@changke/gen/handover/v1/store_move_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { Blocks, Bookings, Inventory, Owners } from './MoveParts.tsx'
import { moveKindKey, moveLook, useReload } from './words.ts'
import './handover.css'

/** How one store ends: what waits, who approves, and how far it has come (HND-08). */
export default function StoreMovePage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const query = useQuery(StoreMoveService.method.getStoreMove, { id }, { refetchInterval: 15_000 })
  const detail = query.data?.detail
  return (
    <div className="page case">
      <Go to="/store-moves" className="back"><Icon name="left" size={16} />{t('storeMove.back')}</Go>
      <Failure error={query.error} onRetry={() => void query.refetch()} />
      {!detail?.move ? !query.error && <Bones rows={5} h={88} /> : <Move detail={detail} move={detail.move} />}
    </div>
  )
}

function Move({ detail: d, move: m }: { detail: StoreMoveDetail; move: StoreMove }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { nameOf } = useStores()
  const [flash, mark] = useFlash()
  const [act, setAct] = useState<'approve' | 'withdraw'>()
  const reload = useReload()
  const look = moveLook[m.state]
  const from = nameOf(m.plan?.storeId ?? '')
  const waits = m.state === StoreMoveState.PLANNED || m.state === StoreMoveState.APPROVED
  return (
    <>
      <PageHead title={t('storeMove.fromTo', { from, to: nameOf(m.plan?.toStoreId ?? '') })} sub={[t(`storeMove.kinds.${moveKindKey[m.plan?.kind ?? 0]}`), t('storeMove.on', { date: formatDate(m.plan?.onDate ?? '', lang) }), m.plan?.reason].filter(Boolean).join(' · ')}>{flash}</PageHead>
      <section className="card">
        <div className="case-turn">
          <Chip tone={look.tone}>{t(`storeMove.states.${look.key}`)}</Chip>
          <span className="grow quiet">{[t('storeMove.planned', { name: m.plannedByName }), m.approvedByName && t('storeMove.approved', { name: m.approvedByName })].filter(Boolean).join(' · ')}</span>
          <span className="actions">
            {d.mayApprove && <Button type="primary" onClick={() => setAct('approve')}>{t('storeMove.acts.approve')}</Button>}
            {d.mayWithdraw && <Button onClick={() => setAct('withdraw')}>{t('storeMove.acts.withdraw')}</Button>}
          </span>
        </div>
        {m.state === StoreMoveState.PLANNED && !d.mayApprove && d.blocks.length === 0 && <p className="case-note">{t('storeMove.own')}</p>}
      </section>
      {(m.state === StoreMoveState.MOVING || m.state === StoreMoveState.DONE) && <Progress move={m} />}
      {m.state === StoreMoveState.APPROVED && m.bookings > 0 && <p className="card pad">{t('storeMove.progress.calledOff', { count: m.bookings })}</p>}
      {waits && <Blocks detail={d} />}
      {waits && <Owners detail={d} />}
      {waits && <Inventory detail={d} />}
      {waits && <Bookings detail={d} />}
      {act && <Sure act={act} move={m} count={(d.inventory?.owned ?? 0) + (d.inventory?.public ?? 0)} bookings={d.inventory?.bookings ?? 0} from={from} onClose={() => setAct(undefined)} onDone={() => { setAct(undefined); mark(t('people.saved')); reload() }} />}
    </>
  )
}

function Progress({ move: m }: { move: StoreMove }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const through = m.moved + m.doubles
  return (
    <section className="card pad stack" aria-label={t('storeMove.progress.title')}>
      <b>{t('storeMove.progress.of', { moved: through, files: m.files })} <small className="quiet">{t('storeMove.progress.on', { date: formatDate(m.movedDate, lang) })}</small></b>
      <progress className="move-bar" max={Math.max(1, m.files)} value={m.state === StoreMoveState.DONE ? Math.max(1, m.files) : through} />
      <ul className="move-did">
        <li>{t('storeMove.progress.ties', { count: m.ties })}</li>
        {m.passed > 0 && <li>{t('storeMove.progress.passed', { count: m.passed })}</li>}
        {m.doubles > 0 && <li>{t('storeMove.progress.doubles', { count: m.doubles })}</li>}
        {m.stuck > 0 && <li className="stuck"><Icon name="clock" size={14} /> {t('storeMove.progress.stuck', { count: m.stuck })}</li>}
        <li>{t('storeMove.progress.posts', { count: m.posts })}</li>
        {m.bookings > 0 && <li>{t(m.plan?.kind === StoreMoveKind.CLOSE ? 'storeMove.progress.calledOff' : 'storeMove.progress.bookings', { count: m.bookings })}</li>}
        {m.unplaced > 0 && <li className="stuck"><Icon name="clock" size={14} /> {t('storeMove.progress.unplaced', { count: m.unplaced })}</li>}
        {m.untold > 0 && <li className="stuck"><Icon name="alert" size={14} /> {t('storeMove.progress.untold', { count: m.untold })}</li>}
      </ul>
    </section>
  )
}

function Sure({ act, move: m, count, bookings, from, onClose, onDone }: { act: 'approve' | 'withdraw'; move: StoreMove; count: number; bookings: number; from: string; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const approve = useMutation(StoreMoveService.method.approveStoreMove, { onSuccess: onDone })
  const withdraw = useMutation(StoreMoveService.method.withdrawStoreMove, { onSuccess: onDone })
  const yes = act === 'approve'
  const closes = m.plan?.kind === StoreMoveKind.CLOSE
  return (
    <Dialog title={yes ? t('storeMove.approveTitle', { kind: t(`storeMove.kinds.${moveKindKey[m.plan?.kind ?? 0]}`) }) : t('storeMove.withdrawTitle')} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); if (yes) approve.mutate({ id: m.id }); else withdraw.mutate({ id: m.id }) }} noValidate>
        <p>{yes ? t('storeMove.approveText', { date: formatDate(m.plan?.onDate ?? '', lang), store: from, count }) : t('storeMove.withdrawText', { store: from })}</p>
        {yes && bookings > 0 && <p>{t(closes ? 'storeMove.approveCallsOff' : 'storeMove.approveCarries', { count: bookings })}</p>}
        {!yes && m.bookings > 0 && <p>{t('storeMove.withdrawCalledOff', { count: m.bookings })}</p>}
        <Failure error={approve.error ?? withdraw.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={approve.isPending || withdraw.isPending}>{t(`storeMove.acts.${act}`)}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
