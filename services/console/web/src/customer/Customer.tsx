import { timestampMs } from '@bufbuild/protobuf/wkt'
import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { FileState, Sex, type Customer as CustomerData } from '@changke/gen/customer/v1/customer'
import { OwnershipService } from '@changke/gen/ownership/v1/ownership_service'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate, useNavigate, useParams, useSearchParams } from 'react-router'
import { useCan, useHref, useMe, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bone, Bones, Chip, Choices, Failure, Go, TimeLeft } from '../ui/parts.tsx'
import { BookingsLink } from '../visit/BookingsLink.tsx'
import { ChangeCard } from './ChangeCard.tsx'
import { Contacts } from './Contacts.tsx'
import { GuestField, GuestNumber } from './Masked.tsx'
import { ConsentTab } from './ConsentTab.tsx'
import { Ends } from './Ends.tsx'
import { FileTab } from './FileTab.tsx'
import { Merges } from './Merges.tsx'
import { NumberHold } from './NumberHold.tsx'
import { OwnershipTab } from './OwnershipTab.tsx'
import { TimelineTab } from './TimelineTab.tsx'
import { Turn } from './Turn.tsx'
import { VisitsTab } from './VisitsTab.tsx'
import { activityOf, editable, stateOf } from './words.ts'
import './customers.css'

const tabs = ['visits', 'file', 'ownership', 'consent', 'timeline'] as const

/** 客户详情: who he is, whose, and until when; then visits, file, ownership with its why, timeline. */
export default function Customer() {
  const { id = '' } = useParams()
  const { t } = useTranslation()
  const me = useMe()
  const href = useHref()
  const navigate = useNavigate()
  const [params] = useSearchParams()
  const { data, error, refetch } = useQuery(CustomerService.method.getCustomer, { id })
  const customer = data?.customer
  // Before its approval a file has no visits that count: what is in it comes first.
  const order = customer?.row?.approvedDate ? tabs : (['file', 'visits', 'ownership', 'consent', 'timeline'] as const)
  const tab = order.find((key) => key === params.get('tab')) ?? order[0]
  useEffect(() => {
    if (customer?.row) document.title = `${customer.row.name} · ${t('app.name')}`
  }, [customer, t])
  // A link to a file that became part of another leads to what remains.
  if (customer?.row?.mergedIntoId) return <Navigate to={href(`/customers/${customer.row.mergedIntoId}`)} replace />
  return (
    <div className="page">
      <button type="button" className="linklike back" onClick={() => void (window.history.length > 1 ? navigate(-1) : navigate('/customers'))}>
        <Icon name="left" size={16} />{t('app.back')}
      </button>
      <Failure error={error} onRetry={() => void refetch()} />
      {!error && !customer && <><Bone h={168} /><Bones rows={4} /></>}
      {customer && (
        <>
          <Head customer={customer} />
          <ChangeCard customer={customer} />
          {customer.row && !customer.row.approvedDate && <NumberHold fileId={id} mine={customer.row.writerId === me.person?.id} />}
          {customer.staffMatch && <p className="notice" role="note"><Icon name="alert" size={18} />{t('customer.staffMatch', { who: customer.staffMatch })}</p>}
          <Choices param="tab" look="tabs" label={t('customer.tabs.label')} values={order.map((value) => ({ value, label: t(`customer.tabs.${value}`) }))} />
          {tab === 'visits' && <VisitsTab fileId={id} />}
          {tab === 'file' && <><FileTab customer={customer} /><Contacts customer={customer} /><Merges customer={customer} /></>}
          {tab === 'ownership' && <OwnershipTab fileId={id} storeId={customer.row?.storeId ?? ''} ownerId={customer.row?.ownerId ?? ''} />}
          {tab === 'consent' && <ConsentTab fileId={id} />}
          {tab === 'timeline' && <TimelineTab fileId={id} />}
        </>
      )}
    </div>
  )
}

function Head({ customer }: { customer: CustomerData }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const navigate = useNavigate()
  const href = useHref()
  const mayBook = useCan('booking.write')
  const { zone } = useStores()
  const row = customer.row
  if (!row) return null
  const state = stateOf(row.state)
  const activity = activityOf(row)
  return (
    <section className="card">
      <div className="guest-head">
        <div className="who">
          <h1>
            {row.nameMasked ? <GuestField fileId={row.id} what="name" masked={row.name} /> : row.name || t('customer.unnamed')}
            {row.sex !== Sex.UNSPECIFIED && <span className="quiet small">{t(row.sex === Sex.MALE ? 'file.male' : 'file.female')}</span>}
            {row.approvedDate && <Chip tone={activity.tone}>{t(`customer.activity.${activity.key}`)}</Chip>}
            {row.state !== FileState.APPROVED && <Chip tone={state.tone}>{t(`customer.states.${state.key}`)}</Chip>}
            <Ends date={row.endDate} />
          </h1>
          <div className="number"><GuestNumber fileId={row.id} masked={row.maskedNumber} /></div>
          <div className="actions">
            {editable(row, me.person?.id) && <Button type="primary" icon={<Icon name="edit" size={16} />} onClick={() => void navigate(href(`/customers/${row.id}/edit`))}>{t('customer.goOn')}</Button>}
            {mayBook && <BookingsLink storeId={row.storeId} name={row.nameMasked ? '' : row.name} />}
          </div>
        </div>
        <dl>
          <div><dt>{t('customer.owner')}</dt><dd>{row.ownerName || (row.approvedDate ? t('customer.public') : t('customer.writerOf', { name: customer.writerName }))}</dd></div>
          <div><dt>{t('customer.ownedSince')}</dt><dd>{formatDate(row.ownedSinceDate, lang) || '—'}</dd></div>
          <div><dt>{t('customer.approved')}</dt><dd>{formatDate(row.approvedDate, lang) || '—'}</dd></div>
          <div><dt>{t('app.store')}</dt><dd>{customer.storeName}</dd></div>
          <div><dt>{t('customer.lastVisit')}</dt><dd>{formatDate(row.lastVisitDate, lang) || t('customer.noVisit')}</dd></div>
          <div><dt>{t('customer.visits')}</dt><dd>{row.visits}</dd></div>
        </dl>
      </div>
      {row.approvedDate ? <Safe customer={customer} /> : customer.reviewDueTime ? (
        <div className="standing"><TimeLeft due={timestampMs(customer.reviewDueTime)} /><span>{t('customer.inReview', { time: formatTime(customer.reviewDueTime, lang, zone) })}</span>{customer.reviewTurn && <Turn turn={customer.reviewTurn} />}</div>
      ) : null}
      {row.state === FileState.REJECTED && customer.reasons.length > 0 && (
        <div className="standing">
          <Chip tone="late">{t('customer.states.rejected')}</Chip>
          <span>{customer.reasons.map((r) => r.reason).join(lang === 'zh-CN' ? '；' : '; ')}</span>
        </div>
      )}
    </section>
  )
}

// Days left, and what sets the clock back (LIF-03). The days come from the same
// function that the nightly job calls.
function Safe({ customer }: { customer: CustomerData }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { data } = useQuery(OwnershipService.method.explainOwnership, { fileId: customer.row?.id ?? '' })
  const said = useSaid()
  const row = customer.row
  if (!row?.ownerId) {
    const last = data?.decisions.find((d) => d.fromName && !d.toName)
    return (
      <div className="standing">
        <Chip tone="accent">{t('customer.public')}</Chip>
        {!data && <Bone w={240} h={22} />}
        {data && <span>{last ? said(last.sentence, last.sentenceEn) : said(data.sentence, data.sentenceEn)} <Go to={`/customers/${row?.id}?tab=ownership`}>{t('customer.publicWhy')}</Go></span>}
      </div>
    )
  }
  // The month's close may take him long before the days without a visit do (LIF-04).
  const away = data?.warnings.find((w) => w.rule === 'LIF-04' && !w.warnedDate)
  if (away) {
    return (
      <div className="standing">
        <Chip tone="soon">{t('customer.leaves', { date: formatDate(away.actsDate, lang) })}</Chip>
        <span>{said(away.sentence, away.sentenceEn)} <Go to={`/customers/${row.id}?tab=ownership`}>{t('customer.publicWhy')}</Go></span>
      </div>
    )
  }
  const days = data?.daysLeft ?? -1
  const tone = days < 0 ? 'calm' : days <= 3 ? 'late' : days <= 14 ? 'soon' : 'calm'
  return (
    <div className="standing">
      {!data && <Bone w={120} h={22} />}
      {data && days >= 0 && (
        <>
          <span className={`meter ${tone}`} aria-hidden="true"><i style={{ width: `${Math.min(100, Math.max(3, (days / 92) * 100))}%` }} /></span>
          <Chip tone={tone}>{days === 0 ? t('time.lastDay') : t('time.left.days', { count: days })}</Chip>
        </>
      )}
      <span>{t('customer.resets', { date: formatDate(customer.safeUntilDate, lang), owner: row.ownerName })}</span>
    </div>
  )
}
