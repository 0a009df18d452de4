import { type Assignee, type PoolGuest } from '@changke/gen/ownership/v1/pool'
import { PoolService } from '@changke/gen/ownership/v1/pool_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { find } from '../staff/find.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Wrong } from '../ui/parts.tsx'

interface Props { guest: PoolGuest; onClose(): void; onDone(name: string): void }

// Of so many nobody needs to be searched for.
const few = 8

/** 指派: to whom of the store a public guest goes, with what each carries and has reached (LIF-12). */
export function AssignDialog({ guest, onClose, onDone }: Props) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery(PoolService.method.listAssignees, { fileId: guest.fileId }, { staleTime: 0 })
  const [typed, setTyped] = useState('')
  const found = find(data?.assignees ?? [], typed)
  const [chosen, setChosen] = useState<Assignee>()
  const [tried, setTried] = useState(false)
  const assign = useMutation(PoolService.method.assignGuest, {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: PoolService.method.listPool, cardinality: undefined }) })
      onDone(chosen?.name ?? '')
    },
  })
  const send = () => {
    setTried(true)
    if (chosen) assign.mutate({ fileId: guest.fileId, personId: chosen.personId })
  }
  return (
    <Dialog title={t('pool.assignTitle', { name: guest.maskedName })} onClose={onClose} side>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        <p className="second">{t('pool.assignHow')}</p>
        <Failure error={error} onRetry={() => void refetch()} />
        {!data && !error && <Bones rows={4} h={88} />}
        {data?.assignees.length === 0 && <Empty icon="people" title={t('pool.noAssignee')} text={t('pool.noAssigneeText')} />}
        {data && data.assignees.length > few && (
          <div className="field">
            <label htmlFor="assign-find">{t('pool.assignFind')}</label>
            <Input id="assign-find" type="search" value={typed} onChange={(e) => setTyped(e.target.value)} placeholder={t('app.findPerson')} prefix={<Icon name="search" size={16} />} allowClear autoComplete="off" />
            {found.length === 0 && <p className="help">{t('app.foundNobody')}</p>}
          </div>
        )}
        <div className="assignees" role="radiogroup" aria-label={t('pool.assignTitle', { name: guest.maskedName })}>
          {data?.assignees.filter((a) => a === chosen || found.includes(a)).map((a) => (
            <label key={a.personId} className="assignee">
              <input type="radio" name="assignee" checked={chosen?.personId === a.personId} onChange={() => setChosen(a)} />
              <Load assignee={a} />
            </label>
          ))}
        </div>
        {tried && !chosen && <Wrong text={t('pool.assignNeed')} />}
        <Failure error={assign.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={assign.isPending} disabled={!data?.assignees.length}>{t('pool.assignYes')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

const whole = (hundredths: bigint) => Math.ceil(Number(hundredths) / 100)

function Load({ assignee: a }: { assignee: Assignee }) {
  const { t } = useTranslation()
  const said = useSaid()
  const lacks = a.customersTarget === undefined ? 0 : whole(a.customersTarget) - a.customers
  return (
    <span className="load">
      <span className="load-head"><b>{a.name}</b> <span className="quiet mono">{a.staffNo}</span> <span className="second">{said(a.position, a.positionEn || a.position)}</span>{lacks > 0 && <Chip tone="accent">{t('pool.room', { count: lacks })}</Chip>}{a.openOffers > 0 && <Chip>{t('pool.waiting', { count: a.openOffers })}</Chip>}</span>
      <span className="load-facts">
        <span>{a.customersTarget === undefined ? t('pool.has', { count: a.customers }) : t('pool.hasOf', { count: a.customers, target: whole(a.customersTarget) })}</span>
        <span>{t('pool.active', { count: a.activeCustomers })}</span>
        <span>{a.visitsTarget === undefined ? t('pool.visits', { count: a.visits }) : t('pool.visitsOf', { count: a.visits, target: whole(a.visitsTarget) })}</span>
        {a.lastPercent !== undefined && <span>{t('pool.last', { percent: Number(a.lastPercent) })}</span>}
        {a.receptions > 0 && <span className="strong">{t('pool.knows', { count: a.receptions })}</span>}
      </span>
    </span>
  )
}
