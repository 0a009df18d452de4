import { RoleService } from '@changke/gen/staff/v1/role_service'
import type { Position, RoleSummary } from '@changke/gen/staff/v1/role'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DataList, type Column } from '../ui/DataList.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Failure, useFlash } from '../ui/parts.tsx'
import { useReloadRoles } from './Role.tsx'

/** The chain's positions and the role each brings along (ROL-01). */
export function Positions({ roles, editable }: { roles: RoleSummary[]; editable: boolean }) {
  const { t } = useTranslation()
  const reload = useReloadRoles()
  const [adding, setAdding] = useState(false)
  const [flash, mark] = useFlash()
  const list = useQuery(RoleService.method.listPositions, {})
  const put = useMutation(RoleService.method.putPosition, { onSuccess: () => { mark(t('roles.saved')); void reload() } })
  const remove = useMutation(RoleService.method.deletePosition, { onSuccess: reload })
  const role = (p: Position) =>
    editable ? (
      <select className="native" aria-label={t('roles.position.role')} value={put.isPending && put.variables?.name === p.name ? put.variables.role : p.role} onChange={(e) => put.mutate({ name: p.name, role: e.target.value })}>
        {roles.map((r) => <option key={r.code} value={r.code} lang="zh-CN">{r.name}</option>)}
      </select>
    ) : (
      <span lang="zh-CN">{roles.find((r) => r.code === p.role)?.name}</span>
    )
  const place = (p: Position) => (p.headOffice ? t('roles.position.office') : t('roles.position.store'))
  const act = (p: Position) => editable && (
    <Popconfirm title={t('roles.position.removeTitle', { name: p.name })} description={<span className="measure">{t('roles.position.removeText')}</span>} okText={t('roles.position.remove')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate({ name: p.name })}>
      <Button type="text" danger loading={remove.isPending && remove.variables?.name === p.name}>{t('roles.position.remove')}</Button>
    </Popconfirm>
  )
  const columns: Column<Position>[] = [
    { key: 'name', title: t('roles.position.name'), cell: (p) => <b lang="zh-CN">{p.name}</b> },
    { key: 'place', title: t('roles.position.place'), cell: place },
    { key: 'role', title: t('roles.position.role'), cell: role },
    { key: 'act', title: '', cell: act, num: true },
  ]
  return (
    <div className="stack">
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <p className="second measure-wide">{t('roles.position.lead')}</p>
        <div className="row">{flash}{editable && <Button icon={<Icon name="plus" size={18} />} onClick={() => setAdding(true)}>{t('roles.position.new')}</Button>}</div>
      </div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={put.error ?? remove.error} onClose={() => { put.reset(); remove.reset() }} />
      {!(list.error && !list.data) && (
        <DataList
          name="positions"
          columns={columns}
          rows={list.data?.positions}
          rowKey={(p) => p.name}
          card={(p) => (
            <div className="stack" style={{ gap: 8 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b lang="zh-CN">{p.name}</b><span className="quiet small">{place(p)}</span></div>
              <div className="position-line">{role(p)}{act(p)}</div>
            </div>
          )}
          empty={<Empty icon="staff" title={t('roles.position.empty')} text={t('roles.position.emptyText')} />}
        />
      )}
      {adding && <NewPosition roles={roles} onClose={() => setAdding(false)} onMade={() => { setAdding(false); mark(t('roles.saved')); void reload() }} />}
    </div>
  )
}

function NewPosition({ roles, onClose, onMade }: { roles: RoleSummary[]; onClose(): void; onMade(): void }) {
  const { t } = useTranslation()
  const [name, setName] = useState('')
  const [role, setRole] = useState('')
  const [headOffice, setHeadOffice] = useState(false)
  const put = useMutation(RoleService.method.putPosition, { onSuccess: onMade })
  return (
    <Dialog title={t('roles.position.new')} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); put.mutate({ name: name.trim(), role, headOffice }) }}>
        <div className="field">
          <label htmlFor="position-name">{t('roles.position.name')}<span className="must">*</span></label>
          <input id="position-name" className="native" maxLength={20} value={name} placeholder={t('roles.position.nameHint')} onChange={(e) => setName(e.target.value)} />
        </div>
        <div className="field">
          <label htmlFor="position-role">{t('roles.position.role')}<span className="must">*</span></label>
          <select id="position-role" className="native" value={role} onChange={(e) => setRole(e.target.value)}>
            <option value="" />
            {roles.map((r) => <option key={r.code} value={r.code} lang="zh-CN">{r.name}</option>)}
          </select>
        </div>
        <div className="field">
          <span className="label">{t('roles.position.place')}</span>
          <div className="choices" role="radiogroup" aria-label={t('roles.position.place')}>
            {[false, true].map((office) => (
              <label key={String(office)} className="choice"><input type="radio" name="place" checked={headOffice === office} onChange={() => setHeadOffice(office)} /><span>{t(office ? 'roles.position.office' : 'roles.position.store')}</span></label>
            ))}
          </div>
        </div>
        <Failure error={put.error} />
        <div className="actions" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={put.isPending} disabled={name.trim() === '' || role === ''}>{t('roles.position.add')}</Button>
        </div>
      </form>
    </Dialog>
  )
}
