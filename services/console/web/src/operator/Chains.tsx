import { ChainState, type Chain } from '@changke/gen/operator/v1/operator'
import { OperatorService } from '@changke/gen/operator/v1/operator_service'
import { createConnectQueryKey, useInfiniteQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatCount, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { ChainSheet } from './ChainSheet.tsx'
import { NewChain } from './NewChain.tsx'

/** The chains of the platform: who they are and counts, nothing of their guests. */
export default function Chains() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const [making, setMaking] = useState(false)
  const [openId, setOpenId] = useState('')
  const list = useInfiniteQuery(OperatorService.method.listChains, { pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (page) => page.nextPageToken || undefined })
  const rows = list.data?.pages.flatMap((page) => page.chains)
  const open = rows?.find((c) => c.id === openId)
  const reload = () => void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: OperatorService.method.listChains, cardinality: 'infinite' }) })
  const show = (c: Chain) => <button type="button" className="linklike" onClick={() => setOpenId(c.id)}><b>{c.name}</b></button>
  const columns: Column<Chain>[] = [
    { key: 'name', title: t('operator.name'), cell: (c) => <>{show(c)} {c.sandbox && <Chip>{t('operator.sandbox')}</Chip>}</> },
    { key: 'code', title: t('operator.chainCode'), cell: (c) => <span className="mono">{c.code}</span> },
    { key: 'state', title: t('operator.state'), cell: (c) => <State chain={c} /> },
    { key: 'stores', title: t('operator.stores'), cell: (c) => formatCount(c.stores), num: true },
    { key: 'staff', title: t('operator.staffCount'), cell: (c) => formatCount(c.staff), num: true },
    { key: 'files', title: t('operator.files'), cell: (c) => formatCount(c.files), num: true },
    { key: 'created', title: t('operator.created'), cell: (c) => <span className="nowrap">{formatTime(c.createTime, lang)}</span>, optional: true },
  ]
  return (
    <div className="page">
      <PageHead title={t('operator.chains')} sub={t('operator.chainsLead')}>
        <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => setMaking(true)}>{t('operator.newChain')}</Button>
      </PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!(list.error && !list.data) && (
        <DataList
          name="operator.chains"
          columns={columns}
          rows={rows}
          rowKey={(c) => c.id}
          card={(c) => (
            <div className="stack" style={{ gap: 4 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><span>{show(c)} {c.sandbox && <Chip>{t('operator.sandbox')}</Chip>}</span><State chain={c} /></div>
              <span className="second"><span className="mono">{c.code}</span> · {t('operator.stores')} {formatCount(c.stores)} · {t('operator.staffCount')} {formatCount(c.staff)} · {t('operator.files')} {formatCount(c.files)}</span>
            </div>
          )}
          empty={<Empty icon="store" title={t('operator.noChains')} text={t('operator.noChainsText')}><Button type="primary" onClick={() => setMaking(true)}>{t('operator.newChain')}</Button></Empty>}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
      {making && <NewChain onClose={() => setMaking(false)} onMade={reload} />}
      {open && <ChainSheet chain={open} onClose={() => setOpenId('')} onChanged={reload} />}
    </div>
  )
}

/** Whether a chain works. */
export function State({ chain: c }: { chain: Chain }) {
  const { t } = useTranslation()
  if (c.state === ChainState.SUSPENDED) return <Chip tone="soon">{t('operator.states.suspended')}</Chip>
  if (c.state === ChainState.CLOSED) return <Chip>{t('operator.states.closed')}</Chip>
  return <Chip tone="done">{t('operator.states.active')}</Chip>
}
