import { PeopleFilter, StaffService } from '@changke/gen/staff/v1/staff_service'
import { AccountState, type Person } from '@changke/gen/staff/v1/staff'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useCan, useHref, useMe, useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage, usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Choices, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { useSearchBox } from '../ui/useSearchBox.ts'
import { NewPerson } from './NewPerson.tsx'
import { accountLook, fullDate, usePlace } from './people.ts'

const filters = { employed: PeopleFilter.UNSPECIFIED, away: PeopleFilter.ON_LEAVE, noAccount: PeopleFilter.WITHOUT_ACCOUNT, leaving: PeopleFilter.LEAVING_OPEN, left: PeopleFilter.LEFT } as const

/** 员工: who works where; search, filters in the URL, paging by the server. */
export default function People() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const phone = usePhone()
  const [params, setParams] = useSearchParams()
  const navigate = useNavigate()
  const href = useHref()
  const { storeId } = useStores()
  const mayWrite = useCan('staff.write')
  const place = usePlace()
  const filter = (params.get('show') ?? 'employed') as keyof typeof filters
  const { typed, type, query } = useSearchBox()
  const adding = params.has('new')
  const list = useInfiniteQuery(
    StaffService.method.listPeople,
    { storeId, query, filter: filters[filter] ?? PeopleFilter.UNSPECIFIED, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData },
  )
  const posts = (p: Person) => p.assignments.map((a) => ({ id: a.id, text: a.position, place: place(a) }))
  const columns: Column<Person>[] = [
    { key: 'name', title: t('staff.name'), cell: (p) => <Go to={`/staff/${p.id}`} className="open">{p.name}</Go> },
    { key: 'no', title: t('staff.no'), cell: (p) => <span className="mono">{p.staffNo}</span> },
    { key: 'posts', title: t('staff.posts'), cell: (p) => posts(p).map((post) => <div key={post.id}><span lang="zh-CN">{post.text}</span> <span className="quiet">{post.place}</span></div>) },
    { key: 'phone', title: t('staff.phone'), cell: (p) => <span className="nowrap">{p.maskedPhone}</span>, optional: true },
    { key: 'entry', title: t('staff.entry'), cell: (p) => <span className="nowrap">{fullDate(p.entryDate, lang)}</span>, optional: true },
    { key: 'state', title: t('staff.state'), cell: (p) => <Standing person={p} /> },
  ]
  const open = (on: boolean) => setParams((old) => {
    const next = new URLSearchParams(old)
    if (on) next.set('new', '1')
    else next.delete('new')
    return next
  }, { preventScrollReset: true })
  return (
    <div className="page">
      <PageHead title={t('menu.staff')} sub={params.has('hand') ? t('handover.pickGiver') : phone ? undefined : t('staff.lead')}>
        {mayWrite && <Button onClick={() => void navigate(href('/staff/import'))}>{t('people.import.menu')}</Button>}
        {mayWrite && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => open(true)}>{t('people.new')}</Button>}
      </PageHead>
      <div className="search">
        <Input size="large" type="search" value={typed} onChange={(e) => type(e.target.value)} prefix={<Icon name="search" />} placeholder={t('people.search')} aria-label={t('people.search')} autoComplete="off" allowClear maxLength={40} />
      </div>
      <Choices param="show" look="segments" label={t('people.show')} values={(Object.keys(filters) as (keyof typeof filters)[]).map((value) => ({ value, label: t(`people.filters.${value}`) }))} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !list.data) && (
        <DataList
          name="people"
          columns={columns}
          rows={list.data?.pages.flatMap((page) => page.people)}
          rowKey={(p) => p.id}
          href={(p) => `/staff/${p.id}`}
          card={(p) => (
            <div className="stack" style={{ gap: 4 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b>{p.name} <span className="quiet mono">{p.staffNo}</span></b><Standing person={p} /></div>
              {posts(p).map((post) => <div key={post.id} className="second"><span lang="zh-CN">{post.text}</span> · {post.place}</div>)}
            </div>
          )}
          empty={<Empty icon="staff" title={t(query ? 'people.nobody' : `people.empty.${filter}`)} text={t(query ? 'people.nobodyText' : `people.emptyText.${filter}`)}>{query && <Button onClick={() => type('')}>{t('people.clear')}</Button>}</Empty>}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
      {adding && mayWrite && <NewPerson onClose={() => open(false)} onMade={(id) => void navigate(href(`/staff/${id}`))} />}
    </div>
  )
}

/** Where somebody stands in one chip: gone, away, or how far his account has come. */
export function Standing({ person: p }: { person: Person }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { businessDate } = useMe()
  if (p.leftDate && p.leftDate <= businessDate) return <Chip tone={p.leavingClosed ? 'calm' : 'soon'}>{t(p.leavingClosed ? 'people.gone' : 'people.goneOpen', { date: formatDate(p.leftDate, lang) })}</Chip>
  if (p.leftDate) return <Chip tone="soon">{t('people.going', { date: formatDate(p.leftDate, lang) })}</Chip>
  if (p.absence && p.absence.fromDate <= businessDate) return <Chip tone="accent">{t('people.awayUntil', { date: p.absence.toDate ? formatDate(p.absence.toDate, lang) : t('people.unknown') })}</Chip>
  if (p.account === AccountState.ACTIVE) return <span className="second">{t('staff.employed')}</span>
  const look = accountLook[p.account]
  return <Chip tone={look.tone}>{t(`people.account.${look.word}`)}</Chip>
}
