import { OfferState } from '@changke/gen/ownership/v1/offer'
import { PoolActivity, PoolOffered, type PoolGuest } from '@changke/gen/ownership/v1/pool'
import { PoolService } from '@changke/gen/ownership/v1/pool_service'
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useHref, useRight, useStores } from '../app/me.tsx'
import { formatDate, formatFen, joinWords } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Bones, Chip, Choices, Empty, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { RuledBy } from '../ui/RuleText.tsx'
import { AssignDialog } from './AssignDialog.tsx'
import { offerKinds, ruleName } from './words.ts'
import './pool.css'

const activities: Record<string, PoolActivity> = { active: PoolActivity.ACTIVE, dormant: PoolActivity.DORMANT }
const offered: Record<string, PoolOffered> = { free: PoolOffered.FREE, open: PoolOffered.OPEN }
const causes = ['LIF-03', 'LIF-04', 'LIF-05'] as const
const often = ['3', '6', '12'] as const

const stands: Partial<Record<OfferState, 'checking' | 'sentBack' | 'submitted'>> = { [OfferState.CONFIRMED]: 'checking', [OfferState.SENT_BACK]: 'sentBack', [OfferState.SUBMITTED]: 'submitted' }

/** 公共客户: the guests of a store whom nobody owns, masked, to be claimed or assigned (LIF-09, LIF-12). */
export default function Pool() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const { store } = useStores()
  const [flash, mark] = useFlash()
  const [assigning, setAssigning] = useState<PoolGuest>()
  const rule = causes.find((c) => c === params.get('why')) ?? ''
  const minVisits = Number(often.find((n) => n === params.get('visits')) ?? 0)
  const filtered = ['come', 'take', 'why', 'visits'].some((key) => params.has(key))
  const list = useInfiniteQuery(
    PoolService.method.listPool,
    { storeId: store?.id ?? '', activity: activities[params.get('come') ?? ''] ?? PoolActivity.UNSPECIFIED, offered: offered[params.get('take') ?? ''] ?? PoolOffered.UNSPECIFIED, rule, minVisits, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, enabled: store !== undefined, placeholderData: keepPreviousData },
  )
  const guests = list.data?.pages.flatMap((page) => page.guests)
  const mayOwn = list.data?.pages[0]?.mayOwn ?? false
  const choose = (key: string, value: string) => setParams((old) => {
    const next = new URLSearchParams(old)
    if (value) next.set(key, value)
    else next.delete(key)
    return next
  }, { replace: true, preventScrollReset: true })
  return (
    <div className="page">
      <PageHead title={t('menu.pool')} sub={t('pool.lead')}>{flash}</PageHead>
      <div className="pool-filters">
        <Choices param="come" look="segments" label={t('pool.come')} values={[{ value: '', label: t('pool.all') }, { value: 'active', label: t('customer.activity.active') }, { value: 'dormant', label: t('customer.activity.dormant') }]} />
        <Choices param="take" look="segments" label={t('pool.take')} values={[{ value: '', label: t('pool.all') }, { value: 'free', label: t('pool.free') }, { value: 'open', label: t('pool.open') }]} />
        <select className="native" value={rule} aria-label={t('pool.why')} onChange={(e) => choose('why', e.target.value)}>
          <option value="">{t('pool.anyWhy')}</option>
          {causes.map((c) => <option key={c} value={c}>{ruleName(t, c)}</option>)}
        </select>
        <select className="native" value={minVisits || ''} aria-label={t('pool.often')} onChange={(e) => choose('visits', e.target.value)}>
          <option value="">{t('pool.anyOften')}</option>
          {often.map((n) => <option key={n} value={n}>{t('pool.atLeast', { count: Number(n) })}</option>)}
        </select>
      </div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!guests && !list.error && <Bones rows={4} h={132} />}
      {guests?.length === 0 && (
        <div className="card">{filtered ? <Empty icon="search" title={t('pool.noneSuch')} text={t('pool.noneSuchText')}><Go to="/pool">{t('pool.clear')}</Go></Empty> : <Empty icon="leaf" title={t('pool.none')} text={t('pool.noneText')} />}</div>
      )}
      {guests && guests.length > 0 && <ul className="pool" aria-label={t('menu.pool')}>{guests.map((guest) => <Card key={guest.fileId} guest={guest} mayOwn={mayOwn} onAssign={() => setAssigning(guest)} />)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
      {assigning && <AssignDialog guest={assigning} onClose={() => setAssigning(undefined)} onDone={(name) => { setAssigning(undefined); mark(t('pool.assigned', { name })) }} />}
    </div>
  )
}

function useCovers(permission: 'pool.claim' | 'pool.assign' | 'customer.read', storeId: string): boolean {
  const right = useRight(permission)
  return right !== undefined && (right.tenantWide || right.storeIds.includes(storeId))
}

function Card({ guest: g, mayOwn, onAssign }: { guest: PoolGuest; mayOwn: boolean; onAssign(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const href = useHref()
  const go = useNavigate()
  const client = useQueryClient()
  const mayClaim = useCovers('pool.claim', g.storeId) && mayOwn
  const mayAssign = useCovers('pool.assign', g.storeId)
  const mayOpen = useCovers('customer.read', g.storeId)
  const claim = useMutation(PoolService.method.claimGuest, {
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: PoolService.method.listPool, cardinality: undefined }) })
      void go(href(`/customers/${g.fileId}/edit`))
    },
  })
  const first = g.receivers[0]
  const free = !g.offer && !g.appealed && !g.busy
  return (
    <li className="card pool-guest">
      <div className="pool-head">
        {mayOpen ? <Go to={`/customers/${g.fileId}`} className="strong">{g.maskedName}</Go> : <b>{g.maskedName}</b>}
        <span className="nowrap second">{g.maskedNumber}</span>
        <Chip tone={g.dormant ? 'soon' : 'calm'}>{t(g.dormant ? 'customer.activity.dormant' : 'customer.activity.active')}</Chip>
        {g.appealed && <Chip tone="soon">{t('pool.appealed')}</Chip>}
        {g.busy && !g.offer && <Chip>{t('pool.busy')}</Chip>}
        <span className="since">{t('pool.since', { date: formatDate(g.publicDate, lang) })}</span>
      </div>
      {g.sentence && <p>{said(g.sentence, g.sentenceEn)} <RuledBy rule={g.rule} version={g.ruleVersion} /></p>}
      <dl>
        <div><dt>{t('pool.former')}</dt><dd>{g.formerReferrerName || t('pool.noFormer')}</dd></div>
        <div><dt>{t('customer.lastVisit')}</dt><dd>{formatDate(g.lastVisitDate, lang) || t('customer.noVisit')}</dd></div>
        <div><dt>{t('pool.year')}</dt><dd>{g.visits > 0 ? t('pool.yearOf', { count: g.visits, amount: formatFen(g.amountFen) }) : t('pool.noYear')}</dd></div>
        <div><dt>{t('pool.receivers')}</dt><dd>{first ? joinWords(g.receivers.map((r) => t('pool.received', { name: r.name, count: r.receptions })), lang) : t('pool.nobody')}</dd></div>
      </dl>
      {g.offer && (
        <p className="pool-offer">
          <Chip tone="accent">{t(`offers.kinds.${offerKinds[g.offer.kind]}`)}</Chip>
          {t(`pool.${stands[g.offer.state] ?? 'pending'}`, { name: g.offer.mine ? t('pool.you') : g.offer.personName, date: formatDate(g.offer.lastDate, lang) })}
          {g.offer.mine && <Go to="/offers">{t('pool.toOffers')}</Go>}
        </p>
      )}
      <Failure error={claim.error} onClose={() => claim.reset()} />
      {free && (mayClaim || mayAssign) && (
        <div className="acts">
          {mayClaim && (
            <Popconfirm title={t('pool.claimTitle', { name: g.maskedName })} description={t('pool.claimHow')} okText={t('pool.claimYes')} cancelText={t('app.cancel')} onConfirm={() => claim.mutate({ fileId: g.fileId })}>
              <Button type="primary" loading={claim.isPending}>{t('pool.claim')}</Button>
            </Popconfirm>
          )}
          {mayAssign && <Button type={mayClaim ? 'default' : 'primary'} onClick={onAssign}>{t('pool.assign')}</Button>}
        </div>
      )}
    </li>
  )
}
