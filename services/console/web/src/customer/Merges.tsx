import { MergeService } from '@changke/gen/customer/v1/merge_service'
import type { FileMerge } from '@changke/gen/customer/v1/merge_service'
import { FileState, type Customer } from '@changke/gen/customer/v1/customer'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure } from '../ui/parts.tsx'
import { MergeDialog } from './MergeDialog.tsx'

/** 合并档案 on a guest's page, for head office: what became part of this file, undoing it, and merging another one (CUS-10). */
export function Merges({ customer }: { customer: Customer }) {
  const { t } = useTranslation()
  const may = useCan('customer.merge')
  const fileId = customer.row?.id ?? ''
  const [merging, setMerging] = useState(false)
  const client = useQueryClient()
  const standing = may && customer.row?.state !== FileState.MERGED && Boolean(customer.row?.approvedDate)
  const { data, error, refetch } = useQuery(MergeService.method.listMerges, { fileId }, { enabled: standing && fileId !== '' })
  if (!standing) return null
  // Lists, visits, timelines: everything that shows either file is another now.
  const reload = () => void client.invalidateQueries()
  return (
    <section className="card merges">
      <div className="card-head">
        <h2>{t('merge.title')}</h2>
        <Button icon={<Icon name="swap" size={16} />} onClick={() => setMerging(true)}>{t('merge.begin')}</Button>
      </div>
      <Failure error={error} onRetry={() => void refetch()} />
      {data && data.merges.length === 0 && <p className="card-body quiet">{t('merge.none')}</p>}
      {data && data.merges.length > 0 && <ul className="merge-list">{data.merges.map((m) => <Merging key={m.id} merge={m} onDone={reload} />)}</ul>}
      {merging && <MergeDialog customer={customer} onClose={() => setMerging(false)} onDone={() => { setMerging(false); reload() }} />}
    </section>
  )
}

function Merging({ merge, onDone }: { merge: FileMerge; onDone(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const [asking, setAsking] = useState(false)
  const undo = useMutation(MergeService.method.undoMerge, { onSuccess: onDone })
  const name = merge.merged?.name || t('merge.erased')
  return (
    <li>
      <div>
        <p className="row"><b>{name}</b><span className="nowrap">{merge.merged?.maskedNumber}</span>{merge.undoTime && <Chip tone="calm">{t('merge.undone')}</Chip>}</p>
        <p className="quiet small">{t('merge.by', { name: merge.mergedByName, time: formatTime(merge.mergeTime, lang, zone) })}{merge.reason && ` · ${merge.reason}`}</p>
        {merge.undoTime && <p className="quiet small">{t('merge.undoneBy', { name: merge.undoneByName, time: formatTime(merge.undoTime, lang, zone) })}</p>}
      </div>
      {merge.undoable && <Button onClick={() => setAsking(true)}>{t('merge.undo')}</Button>}
      {asking && (
        <Dialog title={t('merge.undoTitle', { name })} onClose={() => setAsking(false)}>
          <div className="stack">
            <p>{t('merge.undoHow')}</p>
            <ul className="goes"><li>{t('merge.undoNumbers')}</li><li>{t('merge.undoOwners')}</li><li>{t('merge.undoClosed')}</li></ul>
            <Failure error={undo.error} />
            <div className="actions"><Button type="primary" loading={undo.isPending} onClick={() => undo.mutate({ id: merge.id })}>{t('merge.undoYes')}</Button><Button onClick={() => setAsking(false)}>{t('app.cancel')}</Button></div>
          </div>
        </Dialog>
      )}
    </li>
  )
}
