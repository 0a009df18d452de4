import { StaffService } from '@changke/gen/staff/v1/staff_service'
import type { Person } from '@changke/gen/staff/v1/staff'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'

/** 员工: people in reach with their posts; and what each role may do. */
export default function People() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { storeId, nameOf } = useStores()
  const list = useInfiniteQuery(StaffService.method.listPeople, { storeId, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const roles = useQuery(StaffService.method.listRoles, {})
  const roleName = (code: string) => roles.data?.roles.find((r) => r.code === code)?.name ?? code
  const posts = (p: Person) => p.assignments.map((a) => ({ id: a.id, text: `${a.position}${a.position === roleName(a.role) ? '' : ` (${roleName(a.role)})`}`, place: a.tenantWide ? t('staff.office') : joinWords(a.storeIds.map(nameOf).filter(Boolean), lang) }))
  const columns: Column<Person>[] = [
    { key: 'name', title: t('staff.name'), cell: (p) => <b>{p.name}</b> },
    { key: 'no', title: t('staff.no'), cell: (p) => p.staffNo },
    { key: 'posts', title: t('staff.posts'), cell: (p) => posts(p).map((post) => <div key={post.id}>{post.text} <span className="quiet">{post.place}</span></div>) },
    { key: 'phone', title: t('staff.phone'), cell: (p) => <span className="nowrap">{p.maskedPhone}</span>, optional: true },
    { key: 'entry', title: t('staff.entry'), cell: (p) => <span className="nowrap">{formatDate(p.entryDate, lang)}</span>, optional: true },
    { key: 'state', title: t('staff.state'), cell: (p) => (p.leftDate ? <Chip>{t('staff.left', { date: formatDate(p.leftDate, lang) })}</Chip> : t('staff.employed')) },
  ]
  return (
    <div className="page">
      <PageHead title={t('menu.staff')} sub={t('staff.lead')} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !list.data) && (
        <DataList
          name="people"
          columns={columns}
          rows={list.data?.pages.flatMap((page) => page.people)}
          rowKey={(p) => p.id}
          card={(p) => (
            <div className="stack" style={{ gap: 4 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b>{p.name}</b><span className="quiet">{p.staffNo}</span></div>
              {posts(p).map((post) => <div key={post.id} className="second">{post.text} · {post.place}</div>)}
              {p.leftDate && <div><Chip>{t('staff.left', { date: formatDate(p.leftDate, lang) })}</Chip></div>}
            </div>
          )}
          empty={<Empty icon="staff" title={t('staff.empty')} text={t('staff.emptyText')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
      <h2>{t('staff.roles')}</h2>
      <div className="roles">
        {roles.data?.roles.map((role) => (
          <details key={role.code} className="card">
            <summary><b lang="zh-CN">{role.name}</b> <span className="quiet small">{t('staff.rightCount', { count: role.permissions.length })}</span></summary>
            <ul>
              {role.permissions.map((p) => <li key={p.name}><span lang="zh-CN">{p.label}</span> <span className="quiet small">{p.own ? t('staff.own') : t('staff.where')}</span></li>)}
            </ul>
          </details>
        ))}
      </div>
    </div>
  )
}
