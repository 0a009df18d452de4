import { DelegationService } from '@changke/gen/staff/v1/delegation_service'
import { DelegationState, type Delegation } from '@changke/gen/staff/v1/delegation'
import { AuthService } from '@changke/gen/staff/v1/auth_service'
import { createConnectQueryKey, useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useMe, useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatTime, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { groupsOf } from './delegation.ts'
import { NewDelegation } from './NewDelegation.tsx'
import './delegations.css'

/** 代理: who acts for me, for whom I act, and those of my people (ROL-05). */
export default function Delegations() {
  const { t } = useTranslation()
  const me = useMe()
  const client = useQueryClient()
  const mayRead = useCan('delegation.read')
  const mayWrite = useCan('delegation.write') && mayRead
  const [making, setMaking] = useState<'mine' | 'others'>()
  const list = useQuery(DelegationService.method.listMyDelegations, {})
  const reload = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: DelegationService, cardinality: undefined }) }),
      client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AuthService.method.whoAmI, cardinality: 'finite' }) }),
    ])
  const end = useMutation(DelegationService.method.endMyDelegation, { onSuccess: reload })
  const ending = (d: Delegation) => ({ busy: end.isPending && end.variables?.delegationId === d.id, run: () => end.mutate({ delegationId: d.id }) })
  const mine = list.data?.delegations.filter((d) => d.holderId === me.person?.id)
  const theirs = list.data?.delegations.filter((d) => d.delegateId === me.person?.id)
  const give = <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => setMaking('mine')}>{t('delegation.new')}</Button>
  return (
    <div className="page">
      <PageHead title={t('menu.delegations')} sub={t('delegation.lead')}>{give}</PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={end.error} onClose={() => end.reset()} />
      {!list.data && !list.error && <Bones rows={3} h={84} />}
      {list.data && (
        <div className="two-cards">
          <section className="card">
            <div className="card-head"><h2>{t('delegation.mine')}</h2></div>
            {mine?.length === 0 && <Empty icon="swap" title={t('delegation.mineEmpty')} text={t('delegation.mineEmptyText')} />}
            <ul className="delegations">{mine?.map((d) => <Line key={d.id} d={d} name={d.delegateName} end={{ ...ending(d), word: t('delegation.end') }} />)}</ul>
          </section>
          <section className="card">
            <div className="card-head"><h2>{t('delegation.theirs')}</h2></div>
            {theirs?.length === 0 && <Empty icon="leaf" title={t('delegation.theirsEmpty')} text={t('delegation.theirsEmptyText')} />}
            <ul className="delegations">{theirs?.map((d) => <Line key={d.id} d={d} name={d.holderName} end={{ ...ending(d), word: t('delegation.back') }} />)}</ul>
          </section>
        </div>
      )}
      {mayRead && <Others mayWrite={mayWrite} onNew={() => setMaking('others')} onChange={reload} />}
      {making && <NewDelegation forOthers={making === 'others'} onClose={() => setMaking(undefined)} onMade={() => { setMaking(undefined); void reload() }} />}
    </div>
  )
}

interface End { busy: boolean; word: string; run(): void }

function Line({ d, name, end }: { d: Delegation; name: string; end: End }) {
  return (
    <li className={d.state === DelegationState.ENDED ? 'over' : undefined}>
      <div className="row"><span className="face" aria-hidden="true">{name.slice(-1)}</span><b className="grow">{name}</b><State d={d} /></div>
      <p className="second"><Period d={d} /></p>
      <div className="row foot"><Rights d={d} />{d.state !== DelegationState.ENDED && <EndButton d={d} end={end} />}</div>
    </li>
  )
}

function Others({ mayWrite, onNew, onChange }: { mayWrite: boolean; onNew(): void; onChange(): void }) {
  const { t } = useTranslation()
  const me = useMe()
  const list = useInfiniteQuery(DelegationService.method.listDelegations, { pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const end = useMutation(DelegationService.method.endDelegation, { onSuccess: onChange })
  const ending = (d: Delegation): End => ({ busy: end.isPending && end.variables?.delegationId === d.id, word: t('delegation.end'), run: () => end.mutate({ delegationId: d.id }) })
  const act = (d: Delegation) => mayWrite && d.state !== DelegationState.ENDED && <EndButton d={d} end={ending(d)} />
  const columns: Column<Delegation>[] = [
    { key: 'holder', title: t('delegation.holder'), cell: (d) => <b className="nowrap">{d.holderName}</b> },
    { key: 'delegate', title: t('delegation.delegate'), cell: (d) => <span className="nowrap">{d.delegateName}</span> },
    { key: 'period', title: t('delegation.period'), cell: (d) => <span className="nowrap"><Period d={d} /></span> },
    { key: 'may', title: t('delegation.may'), cell: (d) => <Rights d={d} /> },
    { key: 'state', title: t('delegation.state'), cell: (d) => <State d={d} /> },
    { key: 'act', title: '', cell: act, num: true },
  ]
  return (
    <section className="stack">
      <div className="row delegations-head"><h2 className="grow">{t('delegation.all')}</h2>{mayWrite && <Button onClick={onNew}>{t('delegation.newFor')}</Button>}</div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={end.error} onClose={() => end.reset()} />
      {!(list.error && !list.data) && (
        <DataList
          name="delegations"
          columns={columns}
          rows={list.data?.pages.flatMap((p) => p.delegations).filter((d) => d.holderId !== me.person?.id && d.delegateId !== me.person?.id)}
          rowKey={(d) => d.id}
          card={(d) => (
            <div className="stack" style={{ gap: 6 }}>
              <div className="row"><b className="grow">{t('turn.acts', { name: d.delegateName, holder: d.holderName })}</b><State d={d} /></div>
              <span className="second"><Period d={d} /></span>
              <div className="row"><Rights d={d} />{act(d)}</div>
            </div>
          )}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
          empty={<Empty icon="swap" title={t('delegation.allEmpty')} />}
        />
      )}
    </section>
  )
}

function EndButton({ d, end }: { d: Delegation; end: End }) {
  const { t } = useTranslation()
  return (
    <Popconfirm title={t('delegation.endTitle', { delegate: d.delegateName, holder: d.holderName })} description={t('delegation.endText')} okText={end.word} cancelText={t('app.cancel')} onConfirm={end.run}>
      <Button size="small" className="end" loading={end.busy}>{end.word}</Button>
    </Popconfirm>
  )
}

function State({ d }: { d: Delegation }) {
  const { t } = useTranslation()
  if (d.state === DelegationState.LIVE) return <Chip tone="accent">{t('delegation.states.live')}</Chip>
  return <Chip>{t(d.state === DelegationState.UPCOMING ? 'delegation.states.upcoming' : 'delegation.states.ended')}</Chip>
}

function Period({ d }: { d: Delegation }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  return <>{d.endTime && d.state === DelegationState.ENDED ? t('delegation.endedAt', { time: formatTime(d.endTime, lang, zone) }) : t('delegation.until', { from: formatTime(d.fromTime, lang, zone), until: formatTime(d.untilTime, lang, zone) })}</>
}

function Rights({ d }: { d: Delegation }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const groups = groupsOf(d.permissions).map((g) => t(`delegation.groups.${g}`))
  const all = joinWords(groups, lang)
  return <span className="quiet small grow" title={all}>{groups.length > 4 ? t('delegation.among', { groups: joinWords(groups.slice(0, 3), lang), count: d.permissions.length }) : all}</span>
}
