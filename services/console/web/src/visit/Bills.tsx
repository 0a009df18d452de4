import { BillDeskService, BillLinkWay, type BillRecord } from '@changke/gen/visit/v1/bill_desk_service'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import type { ComponentProps, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useMe, useStores } from '../app/me.tsx'
import { NoStores } from '../tenant/NoStores.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { addDays, formatDate, formatFen, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { useSearchBox } from '../ui/useSearchBox.ts'
import { billPath, billStatus, wayKey } from './bills.ts'
import { BillTasks } from './BillTasks.tsx'
import { mealKey } from './words.ts'
import './bills.css'
import './bookings.css'

/** 账单: what a store has to settle, and its bills day by day (VIS-06, VIS-07). */
export default function Bills() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const { store, none } = useStores()
  const [flash, mark] = useFlash()
  const { typed, type, query: no } = useSearchBox()
  const tasks = useQuery(BillDeskService.method.listBillTasks, { storeId: store?.id ?? '' }, { enabled: store !== undefined, refetchInterval: 60_000 })
  const byDay = params.get('show') === 'day'
  const open = tasks.data ? tasks.data.waiting.length + tasks.data.parked.length + tasks.data.incomplete.length : 0
  return (
    <div className="page bills">
      <PageHead title={t('menu.bills')} sub={t('bill.lead')}>{flash}</PageHead>
      {none && <NoStores />}
      {!none && <div className="search"><Input size="large" type="search" value={typed} onChange={(e) => type(e.target.value)} prefix={<Icon name="search" />} placeholder={t('bill.find')} aria-label={t('bill.find')} autoComplete="off" allowClear maxLength={60} /></div>}
      {!none && no && store && <BillsOf storeId={store.id} no={no} />}
      {!none && !no && <Choices param="show" look="segments" label={t('bill.show')} values={[{ value: 'tasks', label: open > 0 ? t('bill.tasksCount', { count: open }) : t('bill.tasks') }, { value: 'day', label: t('bill.ofDay') }]} />}
      {!none && !no && !byDay && (
        <>
          <Failure error={tasks.error} onRetry={() => void tasks.refetch()} />
          {!tasks.data && !tasks.error && <Bones rows={4} h={96} />}
          {tasks.data && <BillTasks tasks={tasks.data} onDone={() => mark(t('bill.linked'))} />}
        </>
      )}
      {!none && !no && byDay && store && <DayOfBills storeId={store.id} />}
    </div>
  )
}

function DayOfBills({ storeId }: { storeId: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const [params, setParams] = useSearchParams()
  const date = /^\d{4}-\d\d-\d\d$/.test(params.get('date') ?? '') ? params.get('date')! : me.businessDate
  const go = (to: string) => setParams((old) => { const next = new URLSearchParams(old); next.set('date', to); return next }, { replace: true, preventScrollReset: true })
  const list = useInfiniteQuery(BillDeskService.method.listBills, { storeId, businessDate: date, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData })
  return (
    <>
      <div className="day-bar">
        <Button type="text" onClick={() => go(addDays(date, -1))} aria-label={t('booking.dayBefore')} icon={<Icon name="left" size={18} />} />
        <label className="day-pick">{formatDate(date, lang)}<input type="date" value={date} max={me.businessDate} onChange={(e) => e.target.value && go(e.target.value)} aria-label={t('booking.day')} /></label>
        <Button type="text" disabled={date >= me.businessDate} onClick={() => go(addDays(date, 1))} aria-label={t('booking.dayAfter')} icon={<Icon name="right" size={18} />} />
      </div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!list.error && (
        <BillList
          bills={list.data?.pages.flatMap((page) => page.bills)}
          empty={<Empty icon="file" title={t('bill.none', { date: formatDate(date, lang) })} text={t('bill.noneText')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </>
  )
}

/** Bills by what somebody reads off a receipt, whatever their day. */
function BillsOf({ storeId, no }: { storeId: string; no: string }) {
  const { t } = useTranslation()
  const list = useQuery(BillDeskService.method.listBills, { storeId, billNo: no }, { placeholderData: keepPreviousData })
  const bills = list.data?.bills
  return (
    <>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!list.error && <BillList bills={bills} empty={<Empty icon="search" title={t('bill.foundNone', { no })} text={t('bill.foundNoneText')} />} />}
      {bills?.length === 50 && <p className="second">{t('bill.foundMany')}</p>}
    </>
  )
}

function BillList({ bills, empty, more }: { bills: BillRecord[] | undefined; empty: ReactNode; more?: ComponentProps<typeof DataList<BillRecord>>['more'] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const guest = (b: BillRecord) => b.maskedNumber || t(b.numberKnown ? 'bill.notVip' : 'bill.noGuest')
  const columns: Column<BillRecord>[] = [
    { key: 'when', title: t('bill.when'), cell: (b) => <span className="nowrap">{formatTime(b.closeTime, lang, zone)} · {t(`meal.${mealKey(b.mealPeriod)}`)}</span> },
    { key: 'table', title: t('bill.table'), cell: (b) => b.tableName || <span className="quiet">—</span> },
    { key: 'guest', title: t('bill.guest'), cell: (b) => <span className={b.maskedNumber ? 'mono' : 'quiet'}>{guest(b)}</span> },
    { key: 'state', title: t('bill.state'), cell: (b) => <Marks bill={b} /> },
    { key: 'belongs', title: t('bill.belongs'), cell: (b) => <Belongs bill={b} /> },
    { key: 'no', title: t('bill.no'), cell: (b) => <span className="mono small">{b.billNo}</span>, optional: true },
    { key: 'amount', title: t('bill.amount'), cell: money, num: true },
  ]
  return (
    <DataList
      name="bills"
      columns={columns}
      rows={bills}
      rowKey={(b) => `${b.source}/${b.billNo}`}
      href={(b) => billPath(b)}
      card={(b) => (
        <div className="guest-card">
          <div><b>{b.tableName || t('bill.noTable')} · {t(`meal.${mealKey(b.mealPeriod)}`)}</b><span className="num">{money(b)}</span></div>
          <div className="second"><span>{guest(b)}</span><span className="quiet">{formatTime(b.closeTime, lang, zone)}</span></div>
          <div className="row"><Marks bill={b} /><Belongs bill={b} /><span className="mono small quiet">{b.billNo}</span></div>
        </div>
      )}
      empty={empty}
      more={more}
    />
  )
}

/** A bill's amount; of a refund note what went back. */
const money = (b: BillRecord) => (b.refundOf ? `−${formatFen(b.amountFen)}` : formatFen(b.amountFen))

/** What is to be known of a bill at a glance. */
export function Marks({ bill: b }: { bill: BillRecord }) {
  const { t } = useTranslation()
  const status = billStatus(b.status, b.refundOf)
  return (
    <span className="row">
      <Chip tone={status.tone}>{t(`bill.status.${status.key}`)}</Chip>
      {b.parked && <Chip tone="late">{t('bill.parkedChip')}</Chip>}
      {b.refundedFen > 0n && <Chip>{t('bill.refunded', { amount: formatFen(b.refundedFen) })}</Chip>}
      {b.afterMonth && <Chip tone="soon">{t('bill.lateChip')}</Chip>}
    </span>
  )
}

function Belongs({ bill: b }: { bill: BillRecord }) {
  const { t } = useTranslation()
  if (b.linkWay === BillLinkWay.WAITING) return <Chip tone="soon">{t('bill.way.waiting')}</Chip>
  return <span className="quiet small">{t(`bill.way.${wayKey(b.linkWay)}`)}</span>
}
