import type { Assignment, PersonDetails } from '@changke/gen/staff/v1/staff'
import { HandoverService } from '@changke/gen/handover/v1/handover_service'
import { StaffService } from '@changke/gen/staff/v1/staff_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useCan, useMe, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { Account } from './AccountCard.tsx'
import { Standing } from './People.tsx'
import { PersonLogin } from './PersonLogin.tsx'
import { AbsenceDialog, EditPerson, EndPost, Leave, PostDialog } from './PersonActs.tsx'
import { absenceKinds, fullDate, usePlace, useRefresh } from './people.ts'
import './people.css'

/** What is open on the page: nothing, or an act with what it is about. */
export type Act = { kind: 'edit' | 'devices' | 'assign' | 'absence' | 'leave' | 'reenter' } | { kind: 'transfer' | 'end'; post: Assignment } | { kind: 'back'; absenceId: string; from: string }

/** 员工: one person with posts over time, account, leaves, and what can be done. */
export default function PersonPage() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const [act, setAct] = useState<Act>()
  const [flash, mark] = useFlash()
  const query = useQuery(StaffService.method.getPerson, { personId: id })
  const refresh = useRefresh()
  const d = query.data?.details
  const p = d?.person
  const mayWrite = useCan('staff.write')
  const mayEnd = useCan('session.end')
  const mayHand = useCan('handover.write')
  const { businessDate } = useMe()
  const done = () => {
    setAct(undefined)
    mark(t('people.saved'))
    void refresh()
  }
  if (!d || !p) return <div className="page"><Go to="/staff" className="back"><Icon name="left" size={16} />{t('menu.staff')}</Go>{query.error ? <Failure error={query.error} onRetry={() => void query.refetch()} /> : <Bones rows={5} h={72} />}</div>
  const gone = p.leftDate !== '' && p.leftDate <= businessDate
  return (
    <div className="page">
      <Go to="/staff" className="back"><Icon name="left" size={16} />{t('menu.staff')}</Go>
      <PageHead title={p.name} sub={<span className="row"><span className="mono">{p.staffNo}</span>{p.maskedPhone ? <span>{p.maskedPhone}</span> : <span className="quiet">{t('people.noPhone')}</span>}<Standing person={p} />{flash}</span>}>
        {mayWrite && <Button onClick={() => setAct({ kind: 'edit' })} icon={<Icon name="edit" size={16} />}>{t('people.edit')}</Button>}
        {mayEnd && !gone && <Button onClick={() => setAct({ kind: 'devices' })}>{t('account.devices')}</Button>}
        {mayHand && !gone && d.customers > 0 && <Go to={`/handovers/new?giver=${p.id}`} className="go-quiet">{t('handover.startFor')}</Go>}
        {mayWrite && !gone && <Button onClick={() => setAct({ kind: 'absence' })}>{t('people.absence')}</Button>}
        {mayWrite && !gone && <Button danger onClick={() => setAct({ kind: 'leave' })}>{t(p.leftDate ? 'people.leaveAgain' : 'people.leave')}</Button>}
        {mayWrite && gone && <Button type="primary" onClick={() => setAct({ kind: 'reenter' })}>{t('people.reenter')}</Button>}
      </PageHead>
      {gone && <Leaving details={d} onDone={done} />}
      <div className="person-grid">
        <Posts details={d} mayWrite={mayWrite && !gone} onAct={setAct} />
        <div className="stack">
          {!gone && <Account person={p} />}
          <Times details={d} mayWrite={mayWrite} onAct={setAct} />
        </div>
      </div>
      {act?.kind === 'devices' && <PersonLogin person={p} onClose={() => setAct(undefined)} />}
      {act?.kind === 'edit' && <EditPerson person={p} maskedEmail={d.maskedEmail} onClose={() => setAct(undefined)} onDone={done} />}
      {(act?.kind === 'assign' || act?.kind === 'transfer' || act?.kind === 'reenter') && <PostDialog person={p} act={act} customers={d.customers} onClose={() => setAct(undefined)} onDone={done} />}
      {act?.kind === 'end' && <EndPost post={act.post} customers={d.customers} onClose={() => setAct(undefined)} onDone={done} />}
      {(act?.kind === 'absence' || act?.kind === 'back') && <AbsenceDialog person={p} act={act} customers={d.customers} onClose={() => setAct(undefined)} onDone={done} />}
      {act?.kind === 'leave' && <Leave person={p} customers={d.customers} onClose={() => setAct(undefined)} onDone={done} />}
    </div>
  )
}

function Posts({ details: d, mayWrite, onAct }: { details: PersonDetails; mayWrite: boolean; onAct(act: Act): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const place = usePlace()
  const { businessDate } = useMe()
  const stage = (a: Assignment) => (a.toDate && a.toDate <= businessDate ? 'past' : a.fromDate > businessDate ? 'future' : 'now')
  return (
    <section className="card">
      <div className="card-head"><h2>{t('people.posts')}</h2>{mayWrite && <button type="button" className="linklike" onClick={() => onAct({ kind: 'assign' })}><Icon name="plus" size={16} />{t('people.assign')}</button>}</div>
      <ol className="line">
        {d.history.map((a) => (
          <li key={a.id} className={stage(a)}>
            <div>
              <b lang="zh-CN">{a.position}</b> <span>{place(a)}</span> {stage(a) === 'now' && <Chip tone="done">{t('people.now')}</Chip>}{stage(a) === 'future' && <Chip tone="accent">{t('people.future')}</Chip>}
              <div className="second small">{fullDate(a.fromDate, lang)} – {a.toDate ? fullDate(a.toDate, lang) : t('people.open')}</div>
              {(a.reason || a.endReason) && <div className="quiet small">{[a.reason, a.endReason].filter(Boolean).join(' · ')}</div>}
            </div>
            {mayWrite && stage(a) !== 'past' && (
              <div className="row">
                {stage(a) === 'now' && !a.toDate && <Button size="small" onClick={() => onAct({ kind: 'transfer', post: a })}>{t('people.transfer')}</Button>}
                <Button size="small" onClick={() => onAct({ kind: 'end', post: a })}>{t('people.end')}</Button>
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  )
}

function Times({ details: d, mayWrite, onAct }: { details: PersonDetails; mayWrite: boolean; onAct(act: Act): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { businessDate } = useMe()
  return (
    <section className="card">
      <div className="card-head"><h2>{t('people.times')}</h2></div>
      <ul className="staff-lines">
        <li><span>{t('people.entered')}</span><span>{fullDate(d.person?.entryDate ?? '', lang)}</span></li>
        {mayWrite || d.customers > 0 ? <li><span>{t('people.customers')}</span><CustomersLink details={d} /></li> : null}
        {d.absences.filter((a) => a.toDate !== a.fromDate).map((a) => (
          <li key={a.id}>
            <span>{t(`people.kinds.${absenceKinds[a.kind as keyof typeof absenceKinds]}`)}<span className="quiet small"> {a.reason}</span></span>
            <span className="row">
              {fullDate(a.fromDate, lang)} – {a.toDate ? fullDate(a.toDate, lang) : t('people.unknown')}
              {mayWrite && (!a.toDate || a.toDate > businessDate) && <Button size="small" onClick={() => onAct({ kind: 'back', absenceId: a.id, from: a.fromDate })}>{t('people.back')}</Button>}
            </span>
          </li>
        ))}
        {d.leavings.map((l) => (
          <li key={l.entryDate}>
            <span>{t('people.period')}<span className="quiet small"> {l.reason}</span></span>
            <span>{fullDate(l.entryDate, lang)} – {fullDate(l.leftDate, lang)}{l.closeTime && <span className="quiet small"> {t('people.closedBy', { name: l.closedByName, date: formatTime(l.closeTime, lang) })}</span>}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function CustomersLink({ details: d }: { details: PersonDetails }) {
  const { t } = useTranslation()
  const mayRead = useCan('customer.read')
  const text = t('people.customerCount', { count: d.customers })
  return d.customers > 0 && mayRead ? <Go to={`/customers?owner=${d.person?.id}&ownerName=${encodeURIComponent(d.person?.name ?? '')}`}>{text}</Go> : <span>{text}</span>
}

// ACC-03: the fact is there at once; the procedure waits until no customer is left.
function Leaving({ details: d, onDone }: { details: PersonDetails; onDone(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const mayWrite = useCan('staff.write')
  const mayHand = useCan('handover.write')
  const { zone } = useStores()
  const close = useMutation(StaffService.method.closeLeaving, { onSuccess: onDone })
  const p = d.person
  const last = d.leavings[0]
  const hands = useQuery(HandoverService.method.prepareHandover, { giverId: p?.id ?? '' }, { enabled: mayHand && d.customers > 0 })
  const held = hands.data?.stores.reduce((sum, s) => sum + s.held, 0) ?? 0
  if (!p) return null
  if (p.leavingClosed) return <p className="notice calm"><Icon name="check" size={18} />{t('people.leavingClosed', { date: formatTime(last?.closeTime, lang, zone), name: last?.closedByName ?? '' })}</p>
  return (
    <section className="card pad stack">
      <div className="row"><Icon name="out" /><b>{t('people.leavingOpen', { date: formatDate(p.leftDate, lang) })}</b></div>
      <p className="second">{d.customers > 0 ? t('people.leavingHolds', { count: d.customers }) : t('people.leavingFree')}{held > 0 && <> {t('handover.begin.inHand', { count: held })} <Go to="/handovers">{t('handover.list')}</Go></>}</p>
      <Failure error={close.error} onClose={() => close.reset()} />
      <div className="actions">
        {mayWrite && <Button type="primary" disabled={d.customers > 0} loading={close.isPending} onClick={() => close.mutate({ personId: p.id })}>{t('people.closeLeaving')}</Button>}
        {d.customers > held && mayHand && <Go to={`/handovers/new?giver=${p.id}`} className="go-quiet">{t('handover.startFor')}</Go>}
      </div>
      {d.customers === 0 && !mayWrite && <p className="second">{t('people.closeBy')}</p>}
    </section>
  )
}

