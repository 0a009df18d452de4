import { OfferService } from '@changke/gen/ownership/v1/offer_service'
import { OfferState, type Offer } from '@changke/gen/ownership/v1/offer'
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref, useStores } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Bones, Chip, Empty, Failure, PageHead, useFlash } from '../ui/parts.tsx'
import { RuledBy } from '../ui/RuleText.tsx'
import { offerKinds } from './words.ts'
import './offers.css'

/** 公共客户接收: public guests offered to the caller, to be confirmed, checked and submitted (LIF-08). */
export default function Offers() {
  const { t } = useTranslation()
  const [flash, mark] = useFlash()
  const list = useInfiniteQuery(OfferService.method.listMyOffers, { pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const offers = list.data?.pages.flatMap((page) => page.offers)
  return (
    <div className="page">
      <PageHead title={t('menu.offers')} sub={t('offers.lead')}>{flash}</PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!offers && !list.error && <Bones rows={3} h={120} />}
      {offers?.length === 0 && <div className="card"><Empty icon="leaf" title={t('offers.none')} text={t('offers.noneText')} /></div>}
      {offers && offers.length > 0 && <ul className="offers" aria-label={t('offers.list')}>{offers.map((offer) => <OfferCard key={offer.id} offer={offer} onDeclined={() => mark(t('offers.declined'))} />)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

function OfferCard({ offer, onDeclined }: { offer: Offer; onDeclined(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const go = useNavigate()
  const href = useHref()
  const client = useQueryClient()
  const { stores } = useStores()
  const refresh = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: OfferService.method.listMyOffers, cardinality: undefined }) })
  const edit = () => void go(href(`/customers/${offer.fileId}/edit`))
  const confirm = useMutation(OfferService.method.confirmOffer, { onSuccess: () => { void refresh(); edit() } })
  const decline = useMutation(OfferService.method.declineOffer, { onSuccess: () => { onDeclined(); return refresh() } })
  const store = stores.find((s) => s.id === offer.storeId)
  return (
    <li className="card offer">
      <div className="offer-head">
        <b>{offer.guestName}</b>
        <Chip>{t(`offers.kinds.${offerKinds[offer.kind]}`)}</Chip>
        {offer.state === OfferState.CONFIRMED && <Chip tone="accent">{t('offers.confirmed')}</Chip>}
        {offer.state === OfferState.SENT_BACK && <Chip tone="late">{t('offers.sentBack')}</Chip>}
        {offer.state === OfferState.SUBMITTED && <Chip tone="done">{t('offers.waits')}</Chip>}
        {stores.length > 1 && store && <small>{store.name}</small>}
      </div>
      {offer.sentence && <p>{said(offer.sentence, offer.sentenceEn)} <RuledBy rule={offer.rule} version={offer.ruleVersion} /></p>}
      {offer.state !== OfferState.SUBMITTED && <p className="until">{t('offers.until', { date: formatDate(offer.lastDate, lang) })}{offer.state === OfferState.PENDING && ` · ${t('offers.confirmHow')}`}</p>}
      <Failure error={confirm.error ?? decline.error} onClose={() => { confirm.reset(); decline.reset() }} />
      {offer.state !== OfferState.SUBMITTED && (
        <div className="acts">
          {offer.state === OfferState.PENDING ? (
            <Button type="primary" loading={confirm.isPending} onClick={() => confirm.mutate({ id: offer.id })}>{t('offers.confirm')}</Button>
          ) : (
            <Button type="primary" onClick={edit}>{t(offer.state === OfferState.SENT_BACK ? 'offers.mend' : 'offers.edit')}</Button>
          )}
          <Popconfirm title={t('offers.declineTitle')} description={t('offers.declineHow')} okText={t('offers.declineYes')} cancelText={t('app.cancel')} onConfirm={() => decline.mutate({ id: offer.id })}>
            <Button loading={decline.isPending}>{t('offers.decline')}</Button>
          </Popconfirm>
        </div>
      )}
    </li>
  )
}
