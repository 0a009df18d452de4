import { BrakeState, SafetyService, type Brake, type PreviewLine } from '@changke/gen/ownership/v1/safety_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, Go, Wrong } from '../ui/parts.tsx'
import { RuleCode } from '../ui/RuleText.tsx'
import './safety.css'

const asked = { openOnly: false, pageSize: 10, pageToken: '' }

/** Whether it is known which runs stopped. */
export const useBrakesKnown = () => !useQuery(SafetyService.method.listBrakes, asked).isLoading

/** Runs that stopped before a store, and what head office said of the last ones (RUL-08). */
export function Brakes() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const mayDecide = useCan('brake.decide')
  const { data, error, refetch } = useQuery(SafetyService.method.listBrakes, asked, { refetchInterval: 60_000 })
  const [open, setOpen] = useState<Brake>()
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data || data.brakes.length === 0) return null
  return (
    <section className="card waits" aria-label={t('safety.brakes')}>
      <div className="card-head"><h2>{t('safety.brakes')}</h2></div>
      <ul>
        {data.brakes.map((b) => (
          <li key={b.id}>
            <div className="grow">
              <b>{b.storeName}</b> <span className="second">{lang === 'en' ? b.labelEn : b.label} · {formatDate(b.periodDate, lang)}</span>{' '}
              <Chip tone={b.state === BrakeState.OPEN ? 'late' : 'calm'}>{t(b.state === BrakeState.OPEN ? 'safety.open' : b.state === BrakeState.RELEASED ? 'safety.released' : 'safety.stopped')}</Chip>
              <p>{t('safety.weighed', { releases: Number(b.releases), ties: Number(b.ties), runs: b.runs, released: Number(b.released) })}</p>
              {b.reason && <p className="second">{t('safety.decided', { name: b.decidedBy, reason: b.reason })}</p>}
            </div>
            {b.state === BrakeState.OPEN && <Button onClick={() => setOpen(b)}>{t(mayDecide ? 'safety.decide' : 'safety.look')}</Button>}
          </li>
        ))}
      </ul>
      {open && <Decide brake={open} mayDecide={mayDecide} onClose={() => setOpen(undefined)} />}
    </section>
  )
}

function Decide({ brake, mayDecide, onClose }: { brake: Brake; mayDecide: boolean; onClose(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const list = useQuery(SafetyService.method.listBrakedGuests, { id: brake.id })
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const decide = useMutation(SafetyService.method.decideBrake, {
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: SafetyService, cardinality: 'finite' }) })
      onClose()
    },
  })
  const send = (release: boolean) => {
    setTried(true)
    if (reason.trim()) decide.mutate({ id: brake.id, release, reason: reason.trim() })
  }
  return (
    <Dialog title={`${t('safety.brakes')} · ${brake.storeName}`} onClose={onClose} side>
      <div className="stack">
        <p>{t('safety.decideHow')}</p>
        <Failure error={list.error} onRetry={() => void list.refetch()} />
        {list.data ? <PreviewList lines={list.data.lines} total={list.data.total} /> : !list.error && <Bones rows={4} h={52} />}
        {mayDecide && (
          <>
            <div className="field"><label htmlFor="b-why">{t('safety.reason')}</label><Input id="b-why" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} placeholder={t('safety.reasonHint')} /><Wrong text={tried && !reason.trim() ? t('safety.needReason') : ''} /></div>
            <Failure error={decide.error} onClose={() => decide.reset()} />
            <div className="actions">
              <Button type="primary" loading={decide.isPending} onClick={() => send(true)}>{t('safety.release')}</Button>
              <Button loading={decide.isPending} onClick={() => send(false)}>{t('safety.stop')}</Button>
            </div>
          </>
        )}
      </div>
    </Dialog>
  )
}

/** Guests whom rules would release or offer, each with its reason. */
export function PreviewList({ lines, total }: { lines: PreviewLine[]; total: number }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const mayOpen = useCan('customer.read')
  if (total === 0) return <p className="second"><Icon name="check" size={16} /> {t('safety.nobody')}</p>
  return (
    <>
      <p className="second">{t('safety.total', { count: total })}</p>
      <ul className="preview">
        {lines.map((l) => (
          <li key={`${l.fileId} ${l.rule}`}>
            {mayOpen ? <Go to={`/customers/${l.fileId}?tab=ownership`}><b>{l.guestName}</b></Go> : <b>{l.guestName}</b>} <span className="second">{l.fromName || t('safety.public')}{l.toName && ` → ${l.toName}`} · {formatDate(l.date, lang)} · <RuleCode rule={l.rule} /></span>
            <p>{lang === 'en' ? l.sentenceEn : l.sentence}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
