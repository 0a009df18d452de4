import { SandboxMoveState, TroubleKind, type SandboxGuest } from '@changke/gen/pos/v1/sandbox'
import { SandboxService } from '@changke/gen/pos/v1/sandbox_service'
import { AuthService } from '@changke/gen/staff/v1/auth_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Bones, Chip, Failure, PageHead, Wrong } from '../ui/parts.tsx'
import { GuideLink } from './GuideLink.tsx'

const kinds = { [TroubleKind.REFUSE]: 'refuse', [TroubleKind.LOSE]: 'lose', [TroubleKind.SLOW]: 'slow', [TroubleKind.LIMIT]: 'limit' } as const

/** 沙箱: its clock, the troubles that calls will run into, and who its guests are. */
export default function Sandbox() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const client = useQueryClient()
  const [days, setDays] = useState('31')
  const asked = useQuery(SandboxService.method.getSandbox, {}, { refetchInterval: (q) => (q.state.data?.sandbox?.move?.state === SandboxMoveState.MOVING ? 700 : 10_000) })
  const move = useMutation(SandboxService.method.moveClock, { onSettled: () => void asked.refetch() })
  const box = asked.data?.sandbox
  const moving = box?.move?.state === SandboxMoveState.MOVING
  const today = box?.businessDate
  useEffect(() => { // the day stands on every page
    if (today) void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AuthService.method.whoAmI, cardinality: 'finite' }) })
  }, [today, client])
  const wrong = !(Number(days) >= 1 && Number(days) <= 62)
  const columns: Column<SandboxGuest>[] = [
    { key: 'name', title: t('sandbox.name'), cell: (g) => <b>{g.name}</b> },
    { key: 'number', title: t('sandbox.number'), cell: (g) => <span className="mono">{g.number}</span> },
    { key: 'store', title: t('sandbox.store'), cell: (g) => g.storeCode },
    { key: 'story', title: t('sandbox.story'), cell: (g) => said(g.story, g.storyEn) },
  ]
  return (
    <div className="page">
      <PageHead title={t('sandbox.title')} sub={<>{t('sandbox.lead')} <GuideLink /></>} />
      <Failure error={asked.error} onRetry={() => void asked.refetch()} />
      {!box && !asked.error && <Bones rows={4} />}
      {box && (
        <div className="stack" style={{ gap: 20 }}>
          <section className="card pad stack" style={{ gap: 12 }} aria-labelledby="sandbox-clock">
            <h2 id="sandbox-clock">{t('sandbox.clock')}</h2>
            <p><span className="second">{t('sandbox.today')}</span> <b style={{ fontSize: 20 }}>{formatDate(box.businessDate, lang)}</b> <span className="second">{box.daysAhead === 0 ? t('sandbox.ahead_zero') : t('sandbox.ahead', { count: box.daysAhead })}</span></p>
            {moving && <p role="status"><Chip tone="soon">{t('sandbox.moving', { done: box.move?.daysDone, days: box.move?.days })}</Chip></p>}
            {box.move?.state === SandboxMoveState.STOPPED && <p role="alert"><Chip tone="late">{t('sandbox.stopped', { done: box.move.daysDone, days: box.move.days })}</Chip> {box.move.error}</p>}
            <form className="field" onSubmit={(e) => { e.preventDefault(); if (!wrong) move.mutate({ days: Number(days) }) }} noValidate>
              <label htmlFor="sandbox-days">{t('sandbox.days')}</label>
              <div className="row" style={{ gap: 10 }}><Input id="sandbox-days" inputMode="numeric" value={days} maxLength={2} style={{ width: 90 }} onChange={(e) => setDays(e.target.value.replaceAll(/\D/g, ''))} /><Button type="primary" htmlType="submit" loading={moving || move.isPending}>{t('sandbox.move')}</Button></div>
              <Wrong text={wrong ? t('sandbox.daysWrong') : undefined} />
            </form>
            <Failure error={move.error} />
            <p className="help">{t('sandbox.help')}</p>
          </section>
          <section className="card pad stack" style={{ gap: 8 }}>
            <h2>{t('sandbox.troubles')}</h2>
            {box.troubles.length === 0 ? <p className="second">{t('sandbox.noTroubles')}</p> : (
              <ul className="stack" style={{ gap: 6, margin: 0, padding: 0, listStyle: 'none' }}>
                {box.troubles.map((x, i) => <li key={i} className="row" style={{ gap: 10 }}><span className="mono">{x.method}</span> {x.kind !== TroubleKind.UNSPECIFIED && t(`sandbox.kinds.${kinds[x.kind]}`)} <span className="second">{t('sandbox.calls', { count: x.calls })}</span></li>)}
              </ul>
            )}
          </section>
          <section className="stack" style={{ gap: 10 }}>
            <div><h2>{t('sandbox.guests')}</h2><p className="second">{t('sandbox.guestsText')}</p></div>
            <DataList
              name="sandbox.guests"
              columns={columns}
              rows={box.guests}
              rowKey={(g) => g.storeCode + g.number}
              card={(g) => <div className="stack" style={{ gap: 4 }}><div className="row" style={{ justifyContent: 'space-between' }}><b>{g.name}</b><span className="mono">{g.number}</span></div><span className="second">{g.storeCode} · {said(g.story, g.storyEn)}</span></div>}
              empty={null}
            />
          </section>
        </div>
      )}
    </div>
  )
}
