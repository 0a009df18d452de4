import { CustomerScope, CustomerService } from '@changke/gen/customer/v1/customer_service'
import { FileState, type CustomerRow } from '@changke/gen/customer/v1/customer'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useCan, useHref, useMe, useRight, useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Choices, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { useSearchBox } from '../ui/useSearchBox.ts'
import { Ends } from './Ends.tsx'
import { activityOf, editable, stateOf } from './words.ts'
import { UnsentFiles } from './UnsentFiles.tsx'
import './customers.css'

const scopes = { all: CustomerScope.UNSPECIFIED, mine: CustomerScope.MINE, public: CustomerScope.PUBLIC, dormant: CustomerScope.DORMANT, drafts: CustomerScope.DRAFTS, sentBack: CustomerScope.SENT_BACK, ending: CustomerScope.ENDING }
type ScopeName = keyof typeof scopes
const unfinished: ScopeName[] = ['drafts', 'sentBack', 'ending']

// Names and whole numbers stand in no address: they are kept in the history's
// state, which never leaves the browser.
const sayable = (query: string) => /^(\d{1,4}|[a-z]{1,6})$/i.test(query)

/** 客户: search first, filters in the URL, paging by the server. */
export default function Customers() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const { storeId, stores } = useStores()
  const mayWrite = useCan('customer.write')
  const mayHand = useCan('handover.write')
  const navigate = useNavigate()
  const href = useHref()
  const scopeName = params.get('scope')
  const right = useRight('customer.read')
  // Whoever sees only his own guests needs neither 我的 beside it nor 公共.
  const ownOnly = !right?.tenantWide && !right?.storeIds.length
  const offered: ScopeName[] = ownOnly ? ['all', 'dormant', 'drafts'] : ['all', 'mine', 'public', 'dormant', 'drafts']
  // Parts of 未完成 that 今日 leads to stand beside it while they are looked at.
  if (scopeName === 'sentBack' || scopeName === 'ending') offered.push(scopeName)
  const scope: ScopeName = offered.find((name) => name === scopeName) ?? 'all'
  const allLabel = ownOnly ? t('customer.scope.mine') : storeId || stores.length === 1 ? t('customer.scope.all') : t('customer.scope.everywhere')
  const owner = params.get('owner') ?? ''
  const { typed, type, query } = useSearchBox(sayable)
  // One or two digits would match a tenth of all guests: the server starts at three.
  const tooShort = /^\d{1,2}$/.test(query)
  const list = useInfiniteQuery(
    CustomerService.method.listCustomers,
    { storeId, scope: scopes[scope], query: tooShort ? '' : query, ownerId: scope === 'all' ? owner : '', pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData },
  )
  const rows = list.data?.pages.flatMap((page) => page.customers)
  const columns = useColumns(scope)
  const open = useOpen()
  return (
    <div className="page">
      <PageHead title={t('menu.customers')}>
        {mayHand && (scope === 'mine' || ownOnly && scope === 'all') && <Go to="/handovers/new" className="go-quiet">{t('handover.startMine')}</Go>}
        {mayWrite && <Go to="/customers/regulars" className="go-quiet">{t('regulars.title')}</Go>}
        {mayWrite && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => void navigate(href('/customers/new'))}>{t('menu.newFile')}</Button>}
      </PageHead>
      <UnsentFiles />
      <div className="search">
        <Input
          size="large"
          type="search"
          value={typed}
          onChange={(e) => type(e.target.value)}
          prefix={<Icon name="search" />}
          placeholder={t('customer.search')}
          aria-label={t('customer.search')}
          autoComplete="off"
          allowClear
          maxLength={40}
        />
        <p className={tooShort ? 'text-soon small' : 'quiet small'}>{tooShort ? t('customer.oneMoreDigit') : t('customer.searchHelp')}</p>
      </div>
      <Choices
        param="scope"
        look="segments"
        label={t('customer.scope.label')}
        values={offered.map((name) => ({ value: name, label: name === 'all' ? allLabel : t(`customer.scope.${name}`) }))}
      />
      {owner && scope === 'all' && (
        <p className="row"><Chip tone="accent">{t('customer.ofOwner', { name: params.get('ownerName') || '…' })}</Chip><Go to="/customers">{t('customer.allOwners')}</Go></p>
      )}
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !rows) && (
        <DataList
          name="customers"
          columns={columns}
          rows={rows}
          rowKey={(row) => row.id}
          href={open}
          card={(row) => <Card row={row} />}
          empty={<Nothing scope={ownOnly && scope === 'all' ? 'mine' : scope} query={query} mayWrite={mayWrite} />}
          bar={rows && (list.hasNextPage ? t('customer.shownMore', { count: rows.length }) : t('customer.shown', { count: rows.length }))}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </div>
  )
}

// An own unfinished file opens where it goes on; everything else opens to be read.
function useOpen() {
  const me = useMe()
  return (row: CustomerRow) => (editable(row, me.person?.id) && !row.approvedDate ? `/customers/${row.id}/edit` : `/customers/${row.id}`)
}

function useColumns(scope: ScopeName): Column<CustomerRow>[] {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { stores, nameOf } = useStores()
  const columns: Column<CustomerRow>[] = [
    { key: 'name', title: t('customer.name'), cell: (row) => row.name || t('customer.unnamed') },
    { key: 'number', title: t('customer.number'), cell: (row) => <span className="nowrap">{row.maskedNumber}</span> },
    { key: 'state', title: t('customer.state'), cell: (row) => <Standing row={row} /> },
    { key: 'owner', title: t('customer.owner'), cell: (row) => row.ownerName || <span className="quiet">{row.approvedDate ? t('customer.public') : '—'}</span>, optional: true },
    { key: 'since', title: t('customer.ownedSince'), cell: (row) => formatDate(row.ownedSinceDate, lang), optional: 'off' },
    { key: 'last', title: t('customer.lastVisit'), cell: (row) => formatDate(row.lastVisitDate, lang) || <span className="quiet">{t('customer.noVisit')}</span>, optional: true },
    { key: 'visits', title: t('customer.visits'), cell: (row) => row.visits, num: true, optional: true },
  ]
  if (stores.length > 1) columns.push({ key: 'store', title: t('app.store'), cell: (row) => nameOf(row.storeId), optional: true })
  return unfinished.includes(scope) ? columns.filter((c) => !['owner', 'since', 'last', 'visits'].includes(c.key)) : columns
}

/** State of the file, or of the guest once he was approved. */
export function Standing({ row }: { row: CustomerRow }) {
  const { t } = useTranslation()
  const activity = activityOf(row)
  const state = stateOf(row.state)
  return (
    <span className="row">
      {row.approvedDate && <Chip tone={activity.tone}>{t(`customer.activity.${activity.key}`)}</Chip>}
      {row.state !== FileState.APPROVED && <Chip tone={state.tone}>{t(`customer.states.${state.key}`)}</Chip>}
      <Ends date={row.endDate} />
    </span>
  )
}

function Card({ row }: { row: CustomerRow }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (
    <div className="guest-card">
      <div><b>{row.name || t('customer.unnamed')}</b><Standing row={row} /></div>
      <div className="second"><span>{row.maskedNumber}</span><span>{row.ownerName || (row.approvedDate ? t('customer.public') : '')}</span></div>
      {row.approvedDate && <div className="quiet small"><span>{row.lastVisitDate ? t('today.lastVisit', { date: formatDate(row.lastVisitDate, lang) }) : t('customer.noVisit')}</span><span>{t('customer.visitCount', { count: row.visits })}</span></div>}
    </div>
  )
}

function Nothing({ scope, query, mayWrite }: { scope: ScopeName; query: string; mayWrite: boolean }) {
  const { t } = useTranslation()
  if (query) {
    return (
      <Empty icon="search" title={t('customer.empty.search', { query })} text={t('customer.empty.searchText')}>
        {mayWrite && <Go to="/customers/new">{t('customer.empty.newFile')}</Go>}
      </Empty>
    )
  }
  return (
    <Empty icon="people" title={t(`customer.empty.${scope}`)} text={t(`customer.empty.${scope}Text`)}>
      {mayWrite && (scope === 'all' || scope === 'mine') && <Go to="/customers/new">{t('customer.empty.newFile')}</Go>}
    </Empty>
  )
}
