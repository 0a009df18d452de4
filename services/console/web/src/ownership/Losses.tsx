import { AppealService } from '@changke/gen/ownership/v1/appeal_service'
import { AppealState, type Loss } from '@changke/gen/ownership/v1/appeal'
import { createConnectQueryKey, useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useHref } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Empty, Failure, Go, Wrong } from '../ui/parts.tsx'
import { mealKey, Meals } from './Meals.tsx'
import { WhyCard } from './WhyCard.tsx'

/** What the caller lost lately, each with its reason, and the way to contest it (LIF-11). */
export function Losses({ onDone }: { onDone(text: string): void }) {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const list = useInfiniteQuery(AppealService.method.listLosses, { pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const losses = list.data?.pages.flatMap((page) => page.losses)
  const raising = losses?.find((l) => l.decision?.id === params.get('raise') && l.appealable)
  const raise = (id: string) => setParams((old) => {
    const next = new URLSearchParams(old)
    if (id) next.set('raise', id)
    else next.delete('raise')
    return next
  }, { replace: true, preventScrollReset: true })
  return (
    <>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!losses && !list.error && <Bones rows={3} h={160} />}
      {losses?.length === 0 && <div className="card"><Empty icon="leaf" title={t('appeal.noLosses')} text={t('appeal.noLossesText')} /></div>}
      <div className="why-grid">{losses?.map((loss) => <LossCard key={loss.decision?.id} loss={loss} onRaise={() => raise(loss.decision?.id ?? '')} />)}</div>
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
      {raising && <Raise loss={raising} onClose={() => raise('')} onDone={() => onDone(t('appeal.raised'))} />}
    </>
  )
}

const states = { [AppealState.OPEN]: 'open', [AppealState.GRANTED]: 'granted', [AppealState.REFUSED]: 'refused', [AppealState.WITHDRAWN]: 'withdrawn', [AppealState.UNSPECIFIED]: 'open' } as const

function LossCard({ loss: l, onRaise }: { loss: Loss; onRaise(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (
    <div className="loss">
      {l.decision && <WhyCard decision={l.decision} named />}
      <div className="loss-foot">
        {l.appealId ? (
          <><Chip tone={l.appealState === AppealState.GRANTED ? 'done' : l.appealState === AppealState.OPEN ? 'soon' : 'calm'}>{t(`appeal.states.${states[l.appealState]}`)}</Chip><Go to={`/appeals?${l.appealState === AppealState.OPEN ? '' : 'show=ended&'}id=${l.appealId}`}>{t('appeal.see')}</Go></>
        ) : l.appealable ? (
          <><span className="second">{t('appeal.until', { date: formatDate(l.untilDate, lang) })}</span><Button onClick={onRaise}>{t('appeal.raise')}</Button></>
        ) : (
          <span className="quiet">{l.refusalReason === 'appeal.too_late' ? t('appeal.tooLate', { date: formatDate(l.untilDate, lang) }) : t(l.refusalReason === 'appeal.is_his' ? 'appeal.his' : 'appeal.cannot')}</span>
        )}
      </div>
    </div>
  )
}

function Raise({ loss, onClose, onDone }: { loss: Loss; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const go = useNavigate()
  const href = useHref()
  const decisionId = loss.decision?.id ?? ''
  const { data, error, refetch } = useQuery(AppealService.method.getLoss, { decisionId })
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const [tried, setTried] = useState(false)
  const raise = useMutation(AppealService.method.raiseAppeal, {
    onSuccess: (res) => {
      void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AppealService, cardinality: undefined }) })
      onDone()
      void go(href(`/appeals?id=${res.appeal?.id ?? ''}`), { replace: true })
    },
  })
  const enough = [...text.trim()].length >= 2
  const send = () => {
    setTried(true)
    if (enough) raise.mutate({ decisionId, text: text.trim(), visits: (data?.visits ?? []).filter((v) => chosen.includes(mealKey(v))).map((v) => ({ businessDate: v.businessDate, mealPeriod: v.mealPeriod })) })
  }
  return (
    <Dialog title={t('appeal.raiseTitle', { name: loss.decision?.guestName ?? '' })} onClose={onClose} side>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); send() }} noValidate>
        <p className="second">{t('appeal.raiseHow')}</p>
        <div className="field">
          <label htmlFor="a-text">{t('appeal.text')}</label>
          <Input.TextArea id="a-text" rows={4} maxLength={500} value={text} onChange={(e) => setText(e.target.value)} placeholder={t('appeal.textHint')} />
          {tried && !enough && <Wrong text={t('appeal.textNeed')} />}
        </div>
        <Failure error={error} onRetry={() => void refetch()} />
        {!data && !error && <Bones rows={3} h={44} />}
        {data && data.visits.length > 0 && (
          <div className="field">
            <span className="label">{t('appeal.refer')}</span>
            <Meals meals={data.visits} chosen={chosen} onToggle={(key) => setChosen((old) => (old.includes(key) ? old.filter((k) => k !== key) : [...old, key]))} />
          </div>
        )}
        <Failure error={raise.error} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={raise.isPending}>{t('appeal.send')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
