import { RoleService } from '@changke/gen/staff/v1/role_service'
import type { RoleSummary } from '@changke/gen/staff/v1/role'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useHref, useRight } from '../app/me.tsx'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { DataList, type Column } from '../ui/DataList.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Choices, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { Positions } from './Positions.tsx'
import './roles.css'

/** 权限: the chain's roles with what they may do and who holds them, and its positions (ROL-01…03). */
export default function Roles() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const navigate = useNavigate()
  const href = useHref()
  const [params] = useSearchParams()
  const list = useQuery(RoleService.method.listRoleSummaries, {})
  const editable = list.data?.editable ?? false
  const seesPositions = useRight('staff.read') !== undefined
  const view = seesPositions ? params.get('view') : null
  const holders = (r: RoleSummary) => (r.holderCount > 0 ? t('roles.holderCount', { count: r.holderCount }) : <span className="quiet">{t('roles.nobody')}</span>)
  const columns: Column<RoleSummary>[] = [
    { key: 'name', title: t('roles.name'), cell: (r) => <b lang="zh-CN">{r.name}</b> },
    { key: 'positions', title: t('roles.positions'), cell: (r) => <span className="second" lang="zh-CN">{joinWords(r.positions, lang)}</span> },
    { key: 'rights', title: t('roles.rights'), cell: (r) => r.rightCount, num: true },
    { key: 'holders', title: t('roles.holders'), cell: holders, num: true },
  ]
  return (
    <div className="page">
      <PageHead title={t('menu.roles')} sub={t('roles.lead')}>
        {editable && view !== 'positions' && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => void navigate(href('/roles/new'))}>{t('roles.new')}</Button>}
      </PageHead>
      {seesPositions && <Choices param="view" look="tabs" label={t('roles.views.label')} values={[{ value: '', label: t('roles.views.roles') }, { value: 'positions', label: t('roles.views.positions') }]} />}
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {view === 'positions' && list.data && <Positions roles={list.data.roles} editable={editable} />}
      {view !== 'positions' && !(list.error && !list.data) && (
        <DataList
          name="roles"
          columns={columns}
          rows={list.data?.roles}
          rowKey={(r) => r.code}
          href={(r) => `/roles/${r.code}`}
          card={(r) => (
            <div className="stack" style={{ gap: 4 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b lang="zh-CN">{r.name}</b><span>{holders(r)}</span></div>
              <span className="second small">{t('roles.rightCount', { count: r.rightCount })}{r.positions.length > 0 && <span lang="zh-CN"> · {joinWords(r.positions, lang)}</span>}</span>
            </div>
          )}
          empty={<Empty icon="lock" title={t('roles.nothing')} />}
        />
      )}
    </div>
  )
}
