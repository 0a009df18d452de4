import { SupportState, type SupportAccess } from '@changke/gen/operator/v1/operator'
import { ChainService } from '@changke/gen/operator/v1/chain_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatClock, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Failure } from '../ui/parts.tsx'
import './operator.css'

const lengths = [15, 30, 60]

/** How often a chain's administrators hear of a wish to look in. */
export const supportEvery = 30_000

/** Who of the platform asks to look in, looks in, and has looked in. */
export function SupportList() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const client = useQueryClient()
  const list = useQuery(ChainService.method.listSupport, {}, { refetchInterval: supportEvery })
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: ChainService.method.listSupport, cardinality: 'finite' }) })
  const end = useMutation(ChainService.method.endSupport, { onSettled: reload })
  return (
    <section className="card pad stack" aria-labelledby="support-head">
      <h2 id="support-head">{t('company.support')}</h2>
      <p className="second">{t('company.supportText')}</p>
      <Failure error={list.error ?? end.error} onRetry={list.error ? () => void list.refetch() : undefined} />
      {!list.data ? !list.error && <Bones rows={1} /> : list.data.accesses.length === 0 ? <p className="quiet">{t('company.supportNone')}</p> : (
        <ul className="desk-lines">
          {list.data.accesses.map((s) => (
            <li key={s.id}>
              {s.state === SupportState.ASKED ? <Asked access={s} busy={end.isPending} onRefuse={() => end.mutate({ accessId: s.id })} onDone={() => void reload()} /> : (
                <>
                  <div className="grow">
                    {s.state === SupportState.GRANTED ? <b>{t('company.looks', { name: s.operatorName, time: s.expireTime ? formatClock(s.expireTime, zone) : '' })}</b> : <span>{s.operatorName} <span className="second">{formatTime(s.askTime, lang, zone)}</span></span>}
                    <p className="small">{s.reason}</p>
                    <p className="small">{s.state === SupportState.REFUSED ? t('company.wasRefused') : t('company.wasAllowed', { name: s.decidedBy, from: s.decideTime ? formatClock(s.decideTime, zone) : '', to: clockOf(s, zone) })}{s.state !== SupportState.REFUSED && !s.entered && ` · ${t('company.neverEntered')}`}</p>
                  </div>
                  {s.state === SupportState.GRANTED ? <Button danger loading={end.isPending} onClick={() => end.mutate({ accessId: s.id })}>{t('company.stop')}</Button> : <Chip>{t(s.state === SupportState.REFUSED ? 'operator.supportStates.refused' : 'operator.supportStates.ended')}</Chip>}
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function clockOf(s: SupportAccess, zone?: string): string {
  const at = s.endTime ?? s.expireTime
  return at ? formatClock(at, zone) : ''
}

function Asked({ access: s, busy, onRefuse, onDone }: { access: SupportAccess; busy: boolean; onRefuse(): void; onDone(): void }) {
  const { t } = useTranslation()
  const [minutes, setMinutes] = useState(30)
  const grant = useMutation(ChainService.method.grantSupport, { onSuccess: onDone })
  return (
    <div className="grow stack" style={{ gap: 12 }}>
      <div><b>{t('company.asks', { name: s.operatorName })}</b><p className="small">{s.reason}</p></div>
      <fieldset className="choices" style={{ border: 0, padding: 0, margin: 0 }} aria-label={t('company.minutes')}>
        {lengths.map((n) => <label key={n} className="choice"><input type="radio" name={`minutes-${s.id}`} checked={minutes === n} onChange={() => setMinutes(n)} /><span>{t('company.minute', { count: n })}</span></label>)}
      </fieldset>
      <Failure error={grant.error} />
      <div className="actions"><Button type="primary" loading={grant.isPending} onClick={() => grant.mutate({ accessId: s.id, minutes })}>{t('company.allow')}</Button><Button loading={busy} onClick={onRefuse}>{t('company.refuse')}</Button></div>
    </div>
  )
}
