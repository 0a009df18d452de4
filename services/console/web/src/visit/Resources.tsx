import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { ResourceService } from '@changke/gen/visit/v1/resource_service'
import { BookingKind, type Resource } from '@changke/gen/visit/v1/visit'
import type { Store } from '@changke/gen/tenant/v1/tenant'
import { ReportService } from '@changke/gen/report/v1/report_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDate, formatFen } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure } from '../ui/parts.tsx'
import { ResourceDialog } from './ResourceDialog.tsx'
import { kindKey } from './words.ts'
import './resources.css'

/** The kinds in the order of the page. */
export const resourceKinds = [BookingKind.ROOM, BookingKind.HALL, BookingKind.BANQUET] as const

/** 包间与桌台 of a store, in the order that screens show. */
export function Resources({ store, mayWrite }: { store: Store; mayWrite: boolean }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [open, setOpen] = useState<'new' | Resource>()
  const [showRetired, setShowRetired] = useState(false)
  const list = useQuery(BookingService.method.listResources, { storeId: store.id, includeRetired: true })
  const changed = () =>
    Promise.all([BookingService, ReportService].map((schema) => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema, cardinality: 'finite' }) })))
  const order = useMutation(ResourceService.method.orderResources, { onSuccess: changed })
  const all = list.data?.resources ?? []
  const isRetired = (r: Resource) => r.retiredDate !== '' && r.retiredDate <= store.businessDate
  const used = all.filter((r) => !isRetired(r))
  const retired = all.length - used.length
  const shown = showRetired ? all : used
  const count = (kind: BookingKind) => used.filter((r) => r.kind === kind).length
  const move = (r: Resource, by: number) => {
    const same = used.filter((o) => o.kind === r.kind)
    const at = same.indexOf(r)
    const next = [...same]
    next.splice(at, 1)
    next.splice(at + by, 0, r)
    order.mutate({ storeId: store.id, ids: next.map((o) => o.id) })
  }
  const add = mayWrite && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => setOpen('new')}>{t('room.add')}</Button>
  if (!list.data && !list.error) return <Bones rows={6} h={56} />
  return (
    <div className="stack">
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={order.error} onClose={() => order.reset()} />
      {list.data && all.length === 0 && <div className="card"><Empty icon="booking" title={t('room.empty')} text={t('room.emptyText')}>{add}</Empty></div>}
      {all.length > 0 && (
        <div className="list-bar">
          <span className="second">{t('room.total', { rooms: count(BookingKind.ROOM), halls: count(BookingKind.HALL), banquets: count(BookingKind.BANQUET) })}</span>
          <span className="row">{retired > 0 && <button type="button" className="linklike" onClick={() => setShowRetired(!showRetired)}>{showRetired ? t('room.hideRetired') : t('room.showRetired', { count: retired })}</button>}{add}</span>
        </div>
      )}
      {resourceKinds.map((kind) => {
        const members = shown.filter((r) => r.kind === kind)
        const movable = used.filter((r) => r.kind === kind)
        if (members.length === 0) return null
        return (
          <section key={kind} className="card">
            <div className="card-head"><h2>{t(`room.kinds.${kindKey(kind)}`)}</h2></div>
            <ul className="resources">
              {members.map((r) => (
                <Line
                  key={r.id} resource={r} retired={isRetired(r)} mayWrite={mayWrite} today={store.businessDate} onEdit={() => setOpen(r)} onChanged={changed} busy={order.isPending}
                  onUp={movable.indexOf(r) > 0 ? () => move(r, -1) : undefined} onDown={movable.indexOf(r) < movable.length - 1 && movable.includes(r) ? () => move(r, 1) : undefined}
                />
              ))}
            </ul>
          </section>
        )
      })}
      {open && <ResourceDialog store={store} resource={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} onDone={() => { setOpen(undefined); void changed() }} />}
    </div>
  )
}

interface LineProps {
  resource: Resource
  retired: boolean
  mayWrite: boolean
  busy: boolean
  today: string
  onEdit(): void
  onChanged(): void
  onUp: (() => void) | undefined
  onDown: (() => void) | undefined
}

function Line({ resource: r, retired, mayWrite, busy, today, onEdit, onChanged, onUp, onDown }: LineProps) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const retire = useMutation(ResourceService.method.retireResource, { onSuccess: onChanged })
  const restore = useMutation(ResourceService.method.restoreResource, { onSuccess: onChanged })
  const remove = useMutation(ResourceService.method.deleteResource, { onSuccess: onChanged })
  const failed = [retire, restore, remove].find((m) => m.error)
  const facts = [r.tables > 0 && t('room.tableCount', { count: r.tables }), t('room.seats', { count: r.capacity }), r.minSpendFen > 0n && t('room.min', { amount: formatFen(r.minSpendFen) }), r.floor, r.area]
  return (
    <li className={retired ? 'retired' : undefined}>
      <div className="what">
        <b>{r.name}</b>
        <span className="second">{facts.filter(Boolean).join(' · ')}</span>
        {r.retiredDate && <Chip tone={retired ? 'calm' : 'soon'}>{t('room.retired', { date: formatDate(r.retiredDate, lang) })}</Chip>}
        {r.activeDate > today && <Chip>{t('room.coming', { date: formatDate(r.activeDate, lang) })}</Chip>}
      </div>
      {mayWrite && (
        <div className="acts">
          {!retired && <>
            <button type="button" className="iconbutton" disabled={!onUp || busy} onClick={onUp} aria-label={`${r.name} ${t('room.up')}`} title={t('room.up')}><Icon name="up" size={16} /></button>
            <button type="button" className="iconbutton" disabled={!onDown || busy} onClick={onDown} aria-label={`${r.name} ${t('room.down')}`} title={t('room.down')}><Icon name="down" size={16} /></button>
          </>}
          {!r.retiredDate && <Button size="small" onClick={onEdit}>{t('room.edit')}</Button>}
          {r.retiredDate ? <Button size="small" loading={restore.isPending} onClick={() => restore.mutate({ id: r.id })}>{t('room.restore')}</Button> : (
            <Popconfirm title={t('room.retireTitle', { name: r.name })} description={t('room.retireText')} okText={t('room.retire')} cancelText={t('app.cancel')} onConfirm={() => retire.mutate({ id: r.id })}>
              <Button size="small" loading={retire.isPending}>{t('room.retire')}</Button>
            </Popconfirm>
          )}
          {r.retiredDate && (
            <Popconfirm title={t('room.removeTitle', { name: r.name })} description={t('room.removeText')} okText={t('room.remove')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => remove.mutate({ id: r.id })}>
              <Button size="small" danger loading={remove.isPending}>{t('room.remove')}</Button>
            </Popconfirm>
          )}
        </div>
      )}
      {failed && <Failure error={failed.error} onClose={() => failed.reset()} />}
    </li>
  )
}
