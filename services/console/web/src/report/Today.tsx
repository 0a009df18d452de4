import { timestampMs } from '@bufbuild/protobuf/wkt'
import { ReportService } from '@changke/gen/report/v1/report_service'
import type { GuestAtRisk, GuestSharedAway, MyMonth, RequestsToday, Today as TodayData, VipBooking } from '@changke/gen/report/v1/report'
import { useQuery } from '@connectrpc/connect-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useMe, useStores } from '../app/me.tsx'
import { UnsentFiles } from '../customer/UnsentFiles.tsx'
import { formatDate, formatMonth, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead, TimeLeft, type Tone } from '../ui/parts.tsx'
import { useWaits, Waits } from '../ownership/Waits.tsx'
import { reviewCounts } from './reviews.ts'
import { Setup, useSetup } from './Setup.tsx'
import './today.css'

/** 今日: what needs the caller now, in order of harm; every line opens its work. */
export default function Today() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const { storeId } = useStores()
  const { data, error, refetch } = useQuery(ReportService.method.getToday, { storeId }, { refetchInterval: 60_000 })
  const today = data?.today
  // Until a chain has guests there is nothing else to do today.
  const setup = useSetup()
  const { known } = useWaits()
  return (
    <div className="page today">
      <PageHead
        title={t('today.hello')}
        sub={`${formatDate(today?.businessDate || me.businessDate, lang)} · ${me.person?.name ?? ''}`}
      />
      <UnsentFiles />
      {setup && <Setup setup={setup} />}
      <Waits />
      <Failure error={error} onRetry={() => void refetch()} />
      {setup ? null : today && known ? <Body today={today} /> : !error && <Bones rows={4} h={84} />}
    </div>
  )
}

function Body({ today }: { today: TodayData }) {
  // Who writes no files owns no guests: head office has no month of its own.
  const mayOwn = useCan('customer.write')
  const month = today.myMonth
  return (
    <>
      {month && mayOwn && <Month month={month} />}
      <div className="today-grid">
        <div className="stack">
          <Work today={today} />
          {today.atRisk.length > 0 && <AtRisk guests={today.atRisk} total={today.atRiskTotal} />}
          {today.sharedAway.length > 0 && <SharedAway guests={today.sharedAway} />}
        </div>
        <Tonight bookings={today.vipBookings} all={today.bookingsToday} />
      </div>
    </>
  )
}

/** The caller's month: what his post asks for and how far he has come; without a post that is assessed, what he has. */
function Month({ month }: { month: MyMonth }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const name = t('today.month', { month: formatMonth(month.month, lang) })
  if (month.lines.length === 0) {
    return (
      <Go to="/customers?scope=mine" className="month card">
        <span className="second">{name}</span>
        <b>{month.customers}</b><span>{t('today.mine', { count: month.customers })}</span>
        <b>{month.visits}</b><span>{t('today.visits', { count: month.visits })}</span>
        <Icon name="right" size={16} />
      </Go>
    )
  }
  return (
    <Go to="/my-score" className="card my-month">
      <span className="my-head">
        <b>{name}</b>
        <span className="second">{t('today.daysLeft', { count: month.daysLeft })}</span>
        {month.guestsLed > 0n && <span className="second">{t('today.led', { count: Number(month.guestsLed) })}</span>}
        {month.atRisk > 0 && <Chip tone="soon">{t('today.ownRisk', { count: month.atRisk })}</Chip>}
        <Icon name="right" size={16} />
      </span>
      <span className="my-lines">
        {month.lines.map((line) => (
          <span key={line.item}>
            <small>{t(`today.item.${line.item as 'customers' | 'visits' | 'rooms' | 'banquets'}`)}</small>
            <span className="my-count"><b>{String(line.counted)}</b> / {line.target.replace(/\.00$/, '')}</span>
            <i className={line.missing === 0n ? 'my-meter done' : 'my-meter'} aria-hidden="true"><i style={{ width: `${Math.min(100, Number(line.percent))}%` }} /></i>
            <small className={line.missing === 0n ? 'text-done' : undefined}>{line.missing === 0n ? t('today.reached') : t('today.toGo', { count: Number(line.missing) })}</small>
          </span>
        ))}
      </span>
    </Go>
  )
}

interface Line {
  key: string
  count: number
  tone: Tone
  icon: IconName
  text: string
  to: string
  note?: ReactNode
}

// The order is the order of harm: what is late, what is lost soon, what has a clock, what can wait.
function Work({ today }: { today: TodayData }) {
  const { t } = useTranslation()
  const mayReview = useCan('customer.review')
  const mayRead = useCan('customer.read')
  const mayPool = useCan('pool.read')
  const urgent = today.atRisk.filter((guest) => guest.daysLeft <= 3).length
  const due = today.nextReviewDueTime
  const { toMe, late, waiting } = reviewCounts(today)
  const firstKey = today.keysExpiring[0]
  const lang = useLanguage()
  const { zone } = useStores()
  const lines: Line[] = []
  const add = (line: Line) => {
    if (line.count > 0 && (mayRead || !line.to.startsWith('/customers'))) lines.push(line)
  }
  const up = today.reviewsEscalatedToOthers > 0 && <Chip tone="soon">{t('turn.toOthers', { count: today.reviewsEscalatedToOthers, names: today.escalatedToNames })}</Chip>
  if (mayReview) add({ key: 'escalated', count: toMe, tone: 'late', icon: 'alert', text: t('turn.toMe'), to: '/reviews' })
  if (mayReview) add({ key: 'late', count: late, tone: 'late', icon: 'alert', text: t('today.reviewsLate', { count: late }), to: '/reviews', note: up || undefined })
  add({ key: 'refunds', count: today.refundsParked, tone: today.refundsLate > 0 ? 'late' : 'soon', icon: 'alert', text: t('today.refunds', { count: today.refundsParked }), to: '/bills', note: today.refundsLate > 0 && <Chip tone="late">{t('today.refundsLate', { count: today.refundsLate })}</Chip> })
  add({ key: 'risk', count: today.atRiskTotal, tone: urgent > 0 ? 'late' : 'soon', icon: 'clock', text: t('today.atRisk', { count: today.atRiskTotal }), to: '/customers?scope=mine', note: urgent > 0 ? <Chip tone="late">{t('today.urgent', { count: urgent })}</Chip> : undefined })
  if (mayReview) add({ key: 'reviews', count: waiting, tone: 'soon', icon: 'review', text: t('today.reviews', { count: waiting }), to: '/reviews', note: due && today.reviewsLate === 0 ? <TimeLeft due={timestampMs(due)} /> : undefined })
  add({ key: 'appeals', count: today.appealsToDecide, tone: today.appealsLate > 0 ? 'late' : 'soon', icon: 'review', text: t('appeal.today', { count: today.appealsToDecide }), to: '/appeals', note: today.appealsLate > 0 && <Chip tone="late">{t('appeal.todayLate', { count: today.appealsLate })}</Chip> })
  add({ key: 'corrections', count: today.correctionsWaiting, tone: 'soon', icon: 'edit', text: t('today.corrections', { count: today.correctionsWaiting }), to: '/corrections' })
  add({ key: 'offers', count: today.offersWaiting, tone: 'soon', icon: 'flag', text: t('offers.today', { count: today.offersWaiting }), to: '/offers', note: today.nextOfferDate && <Chip tone="soon">{t('offers.todayUntil', { date: formatDate(today.nextOfferDate, lang) })}</Chip> })
  const conflicts = today.conflicts
  if (conflicts) {
    const next = conflicts.nextDueTime
    add({ key: 'conflictsDecide', count: conflicts.toDecide, tone: 'late', icon: 'swap', text: t('today.conflictsDecide', { count: conflicts.toDecide }), to: '/conflicts' })
    add({ key: 'conflicts', count: conflicts.own, tone: 'soon', icon: 'swap', text: t('today.conflicts', { count: conflicts.own }), to: '/conflicts', note: next && <TimeLeft due={timestampMs(next)} soonHours={12} /> })
  }
  const handovers = today.handovers
  if (handovers) {
    const due = handovers.dueDate && <Chip tone="soon">{t('handover.today.due', { date: formatDate(handovers.dueDate, lang) })}</Chip>
    add({ key: 'handoverAccept', count: handovers.toAccept, tone: 'soon', icon: 'swap', text: t('handover.today.accept', { count: handovers.toAccept }), to: '/handovers?show=mine', note: due || undefined })
    add({ key: 'handoverOffice', count: handovers.office, tone: 'soon', icon: 'swap', text: t('handover.today.office', { count: handovers.office }), to: '/handovers?show=office', note: due || undefined })
    add({ key: 'handoverCheck', count: handovers.filesLeft, tone: 'soon', icon: 'file', text: t('handover.today.check', { count: handovers.filesLeft }), to: '/handovers?show=mine' })
  }
  add({ key: 'sentBack', count: today.ownSentBack, tone: 'late', icon: 'flag', text: t('inbox.today.sentBack', { count: today.ownSentBack }), to: '/customers?scope=sentBack' })
  add({ key: 'ending', count: today.ownEnding, tone: 'soon', icon: 'bin', text: t('inbox.today.ending', { count: today.ownEnding }), to: '/customers?scope=ending', note: today.nextEndingDate && <Chip tone="soon">{t('inbox.today.endingFirst', { date: formatDate(today.nextEndingDate, lang) })}</Chip> })
  const asked = (key: 'changes' | 'deletions' | 'guests', requests: RequestsToday | undefined, icon: IconName, to: string, soonHours?: number) => {
    const late = requests?.late ?? 0
    const rest = (requests?.waiting ?? 0) - late
    add({ key: `${key}Late`, count: late, tone: 'late', icon: 'alert', text: t(`inbox.today.${key}Late`, { count: late }), to })
    add({ key, count: rest, tone: 'soon', icon, text: t(`inbox.today.${key}`, { count: rest }), to, note: requests?.nextDueTime && late === 0 ? <TimeLeft due={timestampMs(requests.nextDueTime)} soonHours={soonHours} /> : undefined })
  }
  asked('deletions', today.deletions, 'bin', '/deletions')
  asked('changes', today.changes, 'swap', '/changes')
  asked('guests', today.guestRequests, 'shield', '/guest-requests', 72)
  const accounts = today.accounts
  if (accounts) {
    const next = accounts.nextDueTime
    add({ key: 'accountsLate', count: accounts.late, tone: 'late', icon: 'alert', text: t('today.accountsLate', { count: accounts.late }), to: '/accounts' })
    add({ key: 'accounts', count: accounts.waiting - accounts.late, tone: 'soon', icon: 'key', text: t('today.accounts', { count: accounts.waiting - accounts.late }), to: '/accounts', note: next && accounts.late === 0 ? <TimeLeft due={timestampMs(next)} /> : undefined })
    add({ key: 'accountsRefused', count: accounts.refused, tone: 'soon', icon: 'cross', text: t('today.accountsRefused', { count: accounts.refused }), to: '/apply' })
    add({ key: 'accountsOpened', count: accounts.notActivated, tone: 'calm', icon: 'staff', text: t('today.accountsOpened', { count: accounts.notActivated }), to: '/apply' })
  }
  add({ key: 'notices', count: today.noticesMissing, tone: 'soon', icon: 'message', text: t('today.notices', { count: today.noticesMissing }), to: '/bookings' })
  add({ key: 'bills', count: today.billsWaiting, tone: 'soon', icon: 'booking', text: t('today.bills', { count: today.billsWaiting }), to: `/bills?store=${today.billsWaitingStoreId}` })
  add({ key: 'toCheck', count: today.noticesToCheck, tone: 'soon', icon: 'review', text: t('today.toCheck', { count: today.noticesToCheck }), to: '/bookings?check=1' })
  add({ key: 'keys', count: today.keysExpiring.length, tone: 'soon', icon: 'key', text: t('today.keysExpiring', { count: today.keysExpiring.length }), to: '/keys', note: firstKey && <Chip tone="soon">{t('today.keyFirst', { date: formatTime(firstKey.expireTime, lang, zone) })}</Chip> })
  add({ key: 'unread', count: today.unreadMessages, tone: 'calm', icon: 'bell', text: t('inbox.today.unread', { count: today.unreadMessages }), to: '/inbox' })
  const drafts = today.ownDrafts - today.ownSentBack
  add({ key: 'drafts', count: drafts, tone: 'calm', icon: 'file', text: t('today.drafts', { count: drafts }), to: '/customers?scope=drafts' })
  add({ key: 'released', count: today.releasedLastWeek, tone: 'calm', icon: 'people', text: t('today.released', { count: today.releasedLastWeek }), to: mayPool ? '/pool' : '/customers?scope=public' })
  if (lines.length === 0) {
    return (
      <section className="card">
        <Empty title={t('today.clear')} text={t('today.clearText')}>{mayRead && <Go to="/customers">{t('today.toCustomers')}</Go>}</Empty>
      </section>
    )
  }
  return (
    <ul className="card work" aria-label={t('today.needs')}>
      {lines.map((line) => (
        <li key={line.key}>
          <Go to={line.key === 'risk' ? '#at-risk' : line.to} className={line.tone}>
            <span className="badge"><Icon name={line.icon} /></span>
            <b>{line.count}</b>
            <span className="what"><span>{line.text}</span>{line.note}</span>
            <Icon name={line.key === 'risk' ? 'down' : 'right'} size={16} />
          </Go>
        </li>
      ))}
    </ul>
  )
}

function AtRisk({ guests, total }: { guests: GuestAtRisk[]; total: number }) {
  const { t } = useTranslation()
  const { person } = useMe()
  const lang = useLanguage()
  const { stores } = useStores()
  return (
    <section className="card" id="at-risk">
      <div className="card-head">
        <h2>{t('today.atRiskTitle')}</h2>
        <span className="sub">{total > guests.length ? t('today.firstOf', { shown: guests.length, total }) : t('today.atRiskHint')}</span>
      </div>
      <ul className="lines">
        {guests.map((guest) => (
          <li key={guest.fileId}>
            <Go to={`/customers/${guest.fileId}`}>
              <DaysLeft days={guest.daysLeft} />
              <span className="grow">
                <b>{guest.name}</b>
                <small>{[guest.ownerName !== person?.name && guest.ownerName, stores.length > 1 && guest.storeName].filter(Boolean).join(' · ')}</small>
              </span>
              <small className="last">{guest.lastVisitDate ? t('today.lastVisit', { date: formatDate(guest.lastVisitDate, lang) }) : t('today.noVisit')}</small>
              <Icon name="right" size={16} />
            </Go>
          </li>
        ))}
      </ul>
    </section>
  )
}

// Guests whom others receive so often that the month's close takes them (LIF-04), and what keeps each.
function SharedAway({ guests }: { guests: GuestSharedAway[] }) {
  const { t } = useTranslation()
  const { person } = useMe()
  const { stores } = useStores()
  return (
    <section className="card">
      <div className="card-head"><h2>{t('today.sharedTitle')}</h2><span className="sub">{t('today.sharedHint')}</span></div>
      <ul className="lines">
        {guests.map((guest) => (
          <li key={guest.fileId}>
            <Go to={`/customers/${guest.fileId}?tab=ownership`}>
              <Chip tone="soon">{t(guest.ownerName && guest.ownerName !== person?.name ? 'today.sharedShort' : 'today.sharedNeed', { count: guest.need })}</Chip>
              <span className="grow"><b>{guest.name}</b><small>{[guest.ownerName !== person?.name && guest.ownerName, stores.length > 1 && guest.storeName].filter(Boolean).join(' · ')}</small></span>
              <small className="last">{t('today.sharedOf', { visits: guest.visits, others: guest.others })}</small>
              <Icon name="right" size={16} />
            </Go>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Days until the tie is lost: red within 3, amber within 14. */
export function DaysLeft({ days }: { days: number }) {
  const { t } = useTranslation()
  return <Chip tone={days <= 3 ? 'late' : days <= 14 ? 'soon' : 'calm'}>{days <= 0 ? t('time.lastDay') : t('time.left.days', { count: days })}</Chip>
}

const periods = ['lunch', 'tea', 'dinner', 'supper'] as const
const states = ['requested', 'confirmed', 'seated', 'finished'] as const

function Tonight({ bookings, all }: { bookings: VipBooking[]; all: number }) {
  const { t } = useTranslation()
  const { stores } = useStores()
  const maySee = useCan('booking.read')
  return (
    <section className="card tonight">
      <div className="card-head">
        <h2>{t('today.vips')}</h2>
        {maySee && <Go to="/bookings" className="small">{t('today.allBookings', { count: all })}</Go>}
      </div>
      {bookings.length === 0 && <Empty icon="booking" title={t('today.noVips')} text={t('today.noVipsText')} />}
      {periods.map((period) => {
        const here = bookings.filter((b) => b.mealPeriod === period)
        if (here.length === 0) return null
        return (
          <div key={period}>
            <h3>{t(`meal.${period}`)}<span>{here.length}</span></h3>
            <ul className="lines">
              {here.map((b) => {
                const state = states.find((s) => s === b.state)
                const store = stores.find((s) => s.name === b.storeName)?.id
                return (
                  <li key={b.bookingId}>
                    <Go to={`/bookings${store ? `?store=${store}` : ''}#b-${b.bookingId}`}>
                      <span className="grow">
                        <b>{b.name}</b>
                        <small>{[b.ownerName || t('customer.public'), stores.length > 1 && b.storeName].filter(Boolean).join(' · ')}</small>
                      </span>
                      <span className="second">{[b.comeTime, b.resourceName || t('booking.noRoom')].filter(Boolean).join(' · ')}</span>
                      {state && <Chip tone={state === 'seated' ? 'accent' : state === 'finished' ? 'done' : 'calm'}>{t(`booking.state.${state}`)}</Chip>}
                    </Go>
                  </li>
                )
              })}
            </ul>
          </div>
        )
      })}
    </section>
  )
}
