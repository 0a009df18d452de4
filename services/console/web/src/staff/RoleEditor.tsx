import { RoleService } from '@changke/gen/staff/v1/role_service'
import { RoleReach, type PermissionInfo, type RoleDetail } from '@changke/gen/staff/v1/role'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useBlocker, useNavigate } from 'react-router'
import { explain } from '../app/faults.ts'
import { useHref } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Empty, Failure } from '../ui/parts.tsx'
import { useReloadRoles } from './Role.tsx'
import { byArea, changesOf, rightsOf, tableOf, usePermissionWords, type RightChange, type Rights } from './roleWords.ts'

/** Sets what a role may do: none, own or all for each right, and what changes before it is saved. */
export function RoleEditor({ permissions, role }: { permissions: PermissionInfo[]; role: RoleDetail | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const href = useHref()
  const reload = useReloadRoles()
  const words = usePermissionWords()
  const before = tableOf(role?.rights ?? [])
  const [name, setName] = useState(role?.summary?.name ?? '')
  const [rights, setRights] = useState<Rights>(before)
  const [wanted, setWanted] = useState('')
  const [reviewing, setReviewing] = useState(false)
  const left = useRef(false) // saved: leaving needs no question
  const changes = changesOf(permissions, before, rights)
  const renamed = name.trim() !== (role?.summary?.name ?? '')
  const dirty = changes.length > 0 || renamed
  const blocker = useBlocker(({ currentLocation, nextLocation }) => dirty && !left.current && currentLocation.pathname + currentLocation.search !== nextLocation.pathname + nextLocation.search)
  useEffect(() => {
    if (blocker.state !== 'blocked') return
    if (window.confirm(t('roles.leave'))) blocker.proceed()
    else blocker.reset()
  }, [blocker, t])

  const done = async (code: string) => {
    left.current = true
    await reload()
    void navigate(href(`/roles/${code}`), { replace: true })
  }
  const create = useMutation(RoleService.method.createRole, { onSuccess: (res) => done(res.role?.summary?.code ?? '') })
  const update = useMutation(RoleService.method.updateRole, { onSuccess: (res) => done(res.role?.summary?.code ?? '') })
  const saving = role ? update : create
  const save = () => {
    if (role) update.mutate({ code: role.summary?.code ?? '', version: role.version, name: name.trim(), rights: rightsOf(rights) })
    else create.mutate({ name: name.trim(), rights: rightsOf(rights) })
  }
  const shown = permissions.filter((p) => [words(p).label, words(p).says, p.name].some((text) => text.toLowerCase().includes(wanted.trim().toLowerCase())))
  const changed = new Set(changes.map((c) => c.permission.name))
  const count = changes.length + (renamed && role ? 1 : 0)
  const stale = saving.error && explain(saving.error).reason === 'staff.role_changed'
  return (
    <>
      {role?.heldByCaller && <div className="notice"><Icon name="alert" size={18} /><span>{t('roles.mine')}</span></div>}
      <div className="card pad two">
        <div className="field">
          <label htmlFor="role-name">{t('roles.title')}<span className="must">*</span></label>
          <input id="role-name" className="native" maxLength={20} value={name} placeholder={t('roles.nameHint')} onChange={(e) => setName(e.target.value)} />
          <span className="help">{t('roles.nameHelp')}</span>
        </div>
        {!role && <CopyFrom onCopy={setRights} permissions={permissions} />}
      </div>
      <div className="field search-right"><input className="native" type="search" value={wanted} placeholder={t('roles.find')} aria-label={t('roles.find')} onChange={(e) => setWanted(e.target.value)} /></div>
      {shown.length === 0 && <div className="card"><Empty icon="search" title={t('roles.noneFound')} /></div>}
      {byArea(shown).map(([area, list]) => (
        <fieldset key={area} className="card right-group">
          <legend className="hidden">{t(`roles.areas.${area}`)}</legend>
          <h3 aria-hidden="true">{t(`roles.areas.${area}`)}</h3>
          <ul>
            {list.map((p) => (
              <li key={p.name} className={changed.has(p.name) ? 'right changed' : 'right'}>
                <div><b>{words(p).label}</b><p className="second small">{words(p).says}</p></div>
                <ReachChoice permission={p} now={rights[p.name] ?? RoleReach.UNSPECIFIED} was={before[p.name] ?? RoleReach.UNSPECIFIED} role={role} onChange={(reach) => setRights({ ...rights, [p.name]: reach })} />
              </li>
            ))}
          </ul>
        </fieldset>
      ))}
      <div className="bottom-bar">
        <span className="grow">{count > 0 ? <b>{t('roles.changes', { count })}</b> : <span className="quiet">{t('roles.noChanges')}</span>}</span>
        <div className="actions">
          <Button onClick={() => void navigate(href(role ? `/roles/${role.summary?.code}` : '/roles'))}>{t('app.cancel')}</Button>
          <Button type="primary" disabled={!dirty || name.trim() === ''} onClick={() => setReviewing(true)}>{t('roles.review')}</Button>
        </div>
      </div>
      {reviewing && (
        <Dialog title={t('roles.reviewTitle')} onClose={() => setReviewing(false)} side>
          <div className="stack">
            {renamed && role && <p>{t('roles.renamed', { name: name.trim() })}</p>}
            <ChangeList changes={changes} />
            <p className="second">{(role?.summary?.holderCount ?? 0) > 0 ? t('roles.affects', { count: role?.summary?.holderCount }) : t('roles.affectsNone')}</p>
            <Failure error={saving.error}>{stale && <Button size="small" onClick={() => { left.current = true; void reload() }}>{t('roles.loadAnew')}</Button>}</Failure>
            <div className="actions" style={{ justifyContent: 'flex-end' }}>
              <Button onClick={() => setReviewing(false)}>{t('roles.goBack')}</Button>
              <Button type="primary" loading={saving.isPending} onClick={save}>{t('roles.save')}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  )
}

/** Begins with what another role may do, as far as the caller may give it. */
function CopyFrom({ permissions, onCopy }: { permissions: PermissionInfo[]; onCopy(rights: Rights): void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const roles = useQuery(RoleService.method.listRoleSummaries, {})
  const from = useQuery(RoleService.method.getRole, { code }, { enabled: code !== '' })
  const rights = from.data?.role?.rights
  useEffect(() => {
    if (code !== '' && rights) onCopy(Object.fromEntries(Object.entries(tableOf(rights)).filter(([name, reach]) => reach !== RoleReach.DENIED && permissions.some((p) => p.name === name))))
    // Once for each choice: what is changed afterwards stays.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [code, rights])
  return (
    <div className="field">
      <label htmlFor="role-from">{t('roles.copy')}</label>
      <select id="role-from" className="native" value={code} onChange={(e) => { setCode(e.target.value); if (e.target.value === '') onCopy({}) }}>
        <option value="">{t('roles.copyNone')}</option>
        {roles.data?.roles.map((r) => <option key={r.code} value={r.code} lang="zh-CN">{r.name}</option>)}
      </select>
    </div>
  )
}

/** None, own or all; what the caller may not give is out of his hand, with the reason. */
function ReachChoice({ permission: p, now, was, role, onChange }: { permission: PermissionInfo; now: RoleReach; was: RoleReach; role: RoleDetail | undefined; onChange(reach: RoleReach): void }) {
  const { t } = useTranslation()
  const words = usePermissionWords()
  const given = !role || role.grantable.includes(p.name)
  const width = (reach: RoleReach) => (reach === RoleReach.WHERE ? 2 : reach === RoleReach.OWN ? 1 : 0)
  const choices: [RoleReach, string][] = [[RoleReach.UNSPECIFIED, t('roles.short.none')]]
  if (p.ownMeans) choices.push([RoleReach.OWN, t('roles.short.own')])
  choices.push([RoleReach.WHERE, t('roles.short.where')])
  if (was === RoleReach.DENIED) choices.push([RoleReach.DENIED, t('roles.short.denied')])
  return (
    <div className="reach" role="radiogroup" aria-label={words(p).label}>
      {choices.map(([reach, text]) => {
        const beyond = !given && width(reach) > width(was)
        return (
          <label key={reach} className="choice" title={beyond ? t(role?.heldByCaller ? 'roles.notSelf' : 'roles.notYours') : reach === RoleReach.OWN ? t('roles.ownTitle', { means: words(p).own }) : undefined}>
            <input type="radio" name={p.name} checked={now === reach} disabled={beyond} onChange={() => onChange(reach)} />
            <span>{text}</span>
          </label>
        )
      })}
    </div>
  )
}

/** What a role gains and loses. */
function ChangeList({ changes }: { changes: RightChange[] }) {
  const { t } = useTranslation()
  const words = usePermissionWords()
  const short = (reach: RoleReach) => t(reach === RoleReach.WHERE ? 'roles.short.where' : reach === RoleReach.OWN ? 'roles.short.own' : reach === RoleReach.DENIED ? 'roles.short.denied' : 'roles.short.none')
  return (
    <ul className="right-changes">
      {changes.map((c) => (
        <li key={c.permission.name}>
          <span className={`kind ${c.kind}`}>{t(`roles.kinds.${c.kind}`)}</span>
          <div><b>{words(c.permission).label}</b><p className="second small">{words(c.permission).says}</p></div>
          <span className="nowrap small">{short(c.from)} → {short(c.to)}</span>
        </li>
      ))}
    </ul>
  )
}
