import { RoleService } from '@changke/gen/staff/v1/role_service'
import { RoleReach, type PermissionInfo, type RoleDetail } from '@changke/gen/staff/v1/role'
import { createConnectQueryKey, useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useHref, useStores } from '../app/me.tsx'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { RoleEditor } from './RoleEditor.tsx'
import { byArea, tableOf, usePermissionWords } from './roleWords.ts'
import './roles.css'

/** Everything of roles that is on screen is read again. */
export function useReloadRoles(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: RoleService, cardinality: undefined }) })
}

/** One role: what it may do, in words, and who holds it; or a new one. */
export default function Role() {
  const { t } = useTranslation()
  const { code = '' } = useParams()
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const href = useHref()
  const reload = useReloadRoles()
  const making = code === 'new'
  const permissions = useQuery(RoleService.method.listPermissions, {}, { staleTime: Infinity })
  const role = useQuery(RoleService.method.getRole, { code }, { enabled: !making })
  const remove = useMutation(RoleService.method.deleteRole, { onSuccess: async () => { await reload(); void navigate(href('/roles')) } })
  const detail = role.data?.role
  const name = making ? t('roles.newTitle') : detail?.summary?.name ?? t('roles.name')
  const editing = making || (params.get('edit') === '1' && detail?.editable)
  const error = permissions.error ?? role.error
  return (
    <div className="page">
      <Go to="/roles" className="back"><Icon name="left" size={16} />{t('menu.roles')}</Go>
      <PageHead title={name} sub={detail && !editing && <Sub role={detail} />}>
        {detail?.editable && !editing && (
          <>
            {detail.summary?.holderCount === 0 && detail.summary.positions.length === 0 && <Popconfirm title={t('roles.removeTitle', { name })} description={<span className="measure">{t('roles.removeText')}</span>} okText={t('roles.remove')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate({ code, version: detail.version })}>
              <Button danger loading={remove.isPending}>{t('roles.remove')}</Button>
            </Popconfirm>}
            <Button type="primary" icon={<Icon name="edit" size={16} />} onClick={() => void navigate(href(`/roles/${code}?edit=1`))}>{t('roles.edit')}</Button>
          </>
        )}
      </PageHead>
      <Failure error={error} onRetry={() => { void permissions.refetch(); if (!making) void role.refetch() }} />
      <Failure error={remove.error} onClose={() => remove.reset()} />
      {!error && (!permissions.data || (!making && !detail)) && <Bones rows={6} h={72} />}
      {permissions.data && editing && (making || detail) && <RoleEditor key={String(detail?.version ?? '')} permissions={permissions.data.permissions} role={making ? undefined : detail} />}
      {permissions.data && detail && !editing && !making && (
        <div className="role-grid">
          <InWords permissions={permissions.data.permissions} role={detail} />
          <Holders code={code} />
        </div>
      )}
    </div>
  )
}

function Sub({ role }: { role: RoleDetail }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const positions = role.summary?.positions ?? []
  return <>{positions.length > 0 ? <>{t('roles.positions')} <span lang="zh-CN">{joinWords(positions, lang)}</span></> : t('roles.noPositions')}</>
}

/** What a role may do, by group, each right with its sentence and how far it reaches. */
function InWords({ permissions, role }: { permissions: PermissionInfo[]; role: RoleDetail }) {
  const { t } = useTranslation()
  const words = usePermissionWords()
  const table = tableOf(role.rights)
  const held = permissions.filter((p) => table[p.name] !== undefined)
  return (
    <section className="card" aria-label={t('roles.canDo')}>
      <div className="card-head"><h2>{t('roles.canDo')}</h2><span className="sub">{t('roles.rightCount', { count: role.summary?.rightCount ?? 0 })}</span></div>
      {held.length === 0 && <Empty icon="lock" title={t('roles.nothing')} text={t('roles.nothingText')} />}
      {byArea(held).map(([area, list]) => (
        <div key={area} className="right-group">
          <h3>{t(`roles.areas.${area}`)}</h3>
          <ul>
            {list.map((p) => (
              <li key={p.name} className={table[p.name] === RoleReach.DENIED ? 'right denied' : 'right'}>
                <div><b>{words(p).label}</b><p className="second small">{words(p).says}</p></div>
                <ReachChip reach={table[p.name]!} own={words(p).own} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  )
}

/** How far a right reaches. */
function ReachChip({ reach, own }: { reach: RoleReach; own: string }) {
  const { t } = useTranslation()
  if (reach === RoleReach.DENIED) return <Chip tone="late">{t('roles.denied')}</Chip>
  if (reach === RoleReach.OWN) return <Chip title={t('roles.ownTitle', { means: own })}>{t('roles.own')}</Chip>
  return <Chip tone="accent">{t('roles.where')}</Chip>
}

/** Who in reach holds a role today or is going to. */
function Holders({ code }: { code: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { nameOf } = useStores()
  const list = useInfiniteQuery(RoleService.method.listRoleHolders, { code, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const holders = list.data?.pages.flatMap((page) => page.holders)
  return (
    <section className="card holders" aria-label={t('roles.who')}>
      <div className="card-head"><h2>{t('roles.who')}</h2></div>
      <div className="card-body">
        <Failure error={list.error} onRetry={() => void list.refetch()} />
        {!holders && !list.error && <Bones rows={4} h={44} />}
        {holders?.length === 0 && <Empty icon="staff" title={t('roles.noHolders')} text={t('roles.noHoldersText')} />}
        <ul>
          {holders?.map((h) => (
            <li key={`${h.personId} ${h.fromDate} ${h.position} ${h.storeIds.join()}`}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b lang="zh-CN">{h.name}</b><span className="quiet small">{h.staffNo}</span></div>
              <div className="second small"><span lang="zh-CN">{h.position}</span> · {h.tenantWide ? t('roles.office') : <span lang="zh-CN">{joinWords(h.storeIds.map(nameOf).filter(Boolean), lang)}</span>}</div>
              <div className="quiet small">{t('roles.from', { date: formatDate(h.fromDate, lang) })}{h.toDate && ` · ${t('roles.until', { date: formatDate(h.toDate, lang) })}`}</div>
            </li>
          ))}
        </ul>
        {list.hasNextPage && <Button block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
      </div>
    </section>
  )
}
