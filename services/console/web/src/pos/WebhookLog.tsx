import { DeliveryState, type WebhookDelivery, type WebhookReplay, type WebhookTry } from '@changke/gen/pos/v1/webhook'
import { WebhookService } from '@changke/gen/pos/v1/webhook_service'
import { createConnectQueryKey, useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useParams, useSearchParams } from 'react-router'
import { useCan, useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { wordOf } from './words.ts'
import './webhooks.css'

/** 推送记录: what was sent to an address, how it went, and once more by hand. */
export default function WebhookLog() {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const [search] = useSearchParams()
  const client = useQueryClient()
  const mayWrite = useCan('webhook.write')
  const onlyOpen = search.get('show') === 'open'
  const hooks = useQuery(WebhookService.method.listWebhooks, {})
  const label = hooks.data?.webhooks.find((h) => h.id === id)?.label ?? ''
  const list = useInfiniteQuery(WebhookService.method.listWebhookDeliveries, { id, onlyOpen, pageSize: 30, pageToken: '' }, {
    pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined,
    // What was just sent or is tried again within the minute has its answer in a moment; what is tried later has its hour beside it.
    refetchInterval: (q) => (q.state.data?.pages.some((page) => page.deliveries.some(dueSoon)) ? 2_000 : false),
  })
  const rows = list.data?.pages.flatMap((page) => page.deliveries)
  const replay = useMutation(WebhookService.method.replayWebhookDelivery, {
    onSuccess: () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: WebhookService.method.listWebhookDeliveries, cardinality: undefined }) }),
  })
  return (
    <div className="page">
      <Go className="back" to="/webhooks"><Icon name="left" size={16} />{t('webhooks.back')}</Go>
      <PageHead title={label ? t('webhooks.logOf', { label }) : t('webhooks.log')} sub={t('webhooks.logLead')}>
        <Button loading={list.isRefetching} onClick={() => void list.refetch()}>{t('webhooks.refresh')}</Button>
      </PageHead>
      <Choices param="show" look="segments" label={t('webhooks.result')} values={[{ value: '', label: t('webhooks.all') }, { value: 'open', label: t('webhooks.onlyOpen') }]} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={replay.error} onClose={() => replay.reset()} />
      {!rows && !list.error && <Bones rows={5} h={72} />}
      {rows?.length === 0 && <div className="card"><Empty icon={onlyOpen ? 'check' : 'upload'} title={t(onlyOpen ? 'webhooks.openEmpty' : 'webhooks.logEmpty')} text={onlyOpen ? undefined : t('webhooks.logEmptyText')} /></div>}
      {rows && rows.length > 0 && <ul className="card deliveries">{rows.map((d) => <Delivery key={d.id} delivery={d} repeatsBelow={rows.some((r) => r.id === d.replay?.deliveryId)} busy={replay.isPending && replay.variables?.id === d.id} onReplay={mayWrite && d.state !== DeliveryState.PENDING ? () => replay.mutate({ id: d.id }) : undefined} />)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

const dueSoon = (d: WebhookDelivery) => d.state === DeliveryState.PENDING && (d.tries.length === 0 || Number(d.nextTime?.seconds ?? 0) * 1000 < Date.now() + 60_000)

/** The body as people read it; what was signed are its bytes without a blank. */
const laidOut = (body: string) => {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

function Delivery({ delivery: d, repeatsBelow, busy, onReplay }: { delivery: WebhookDelivery; repeatsBelow: boolean; busy: boolean; onReplay: (() => void) | undefined }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { nameOf, zone } = useStores()
  const word = wordOf(d.type)
  const last = d.tries.at(-1)
  return (
    <li id={d.id}>
      <div className="delivery">
        <span className="what">
          <b>{word ? t(`webhooks.types.${word}`) : d.type}</b>
          <small>{formatTime(d.eventTime, lang, zone)}{d.storeId && ` · ${nameOf(d.storeId)}`}</small>
          {d.replay && <Replayed of={d.replay} below={repeatsBelow} />}
        </span>
        <span className="how">
          <State delivery={d} />
          <small>{last ? <Try of={last} /> : t('webhooks.noTry')}{d.nextTime && d.tries.length > 0 && ` · ${t('webhooks.next', { time: formatTime(d.nextTime, lang, zone) })}`}</small>
        </span>
        {onReplay && <Button loading={busy} onClick={onReplay}>{t('webhooks.replay')}</Button>}
      </div>
      <details>
        <summary>{t('webhooks.tries')} {d.tries.length} · {t('webhooks.body')}</summary>
        {d.tries.length > 0 && <ol className="tries">{d.tries.map((one, i) => <li key={i}>{formatTime(one.time, lang, zone)} · <Try of={one} /></li>)}</ol>}
        <code className="mono body">{laidOut(d.body)}</code>
      </details>
    </li>
  )
}

/** That somebody sent it once more, and what it repeats: a way there, where that is on the page. */
function Replayed({ of, below }: { of: WebhookReplay; below: boolean }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const repeats = t('webhooks.repeats', { time: formatTime(of.deliveryTime, lang, zone) })
  return (
    <small>
      {t(of.personName ? 'webhooks.againBy' : 'webhooks.again', { name: of.personName, time: formatTime(of.time, lang, zone) })} · {below ? <a href={`#${of.deliveryId}`}>{repeats}</a> : repeats}
    </small>
  )
}

function State({ delivery: d }: { delivery: WebhookDelivery }) {
  const { t } = useTranslation()
  switch (d.state) {
    case DeliveryState.ACCEPTED: return <Chip tone="done">{t('webhooks.delivered')}</Chip>
    case DeliveryState.FAILED: return <Chip tone="late">{t('webhooks.gone')}</Chip>
    default: return <Chip tone="soon">{t(d.tries.length > 0 ? 'webhooks.pending' : 'webhooks.waiting')}</Chip>
  }
}

const failures = ['timeout', 'refused', 'not_public', 'tls', 'dns', 'unreachable'] as const

function Try({ of }: { of: WebhookTry }) {
  const { t } = useTranslation()
  const why = failures.find((f) => f === of.error)
  return <>{why ? t(`webhooks.errors.${why}`) : t('webhooks.status', { status: of.statusCode })} · {t('webhooks.took', { ms: of.tookMs })}</>
}
