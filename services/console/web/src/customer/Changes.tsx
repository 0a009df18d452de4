import { timestampMs } from '@bufbuild/protobuf/wkt'
import { ChangeService } from '@changke/gen/customer/v1/change_service'
import { ChangeState } from '@changke/gen/customer/v1/customer'
import type { Change } from '@changke/gen/customer/v1/revision'
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { keepPreviousData, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Choices, Empty, Failure, Go, PageHead, TimeLeft, useFlash, type Tone } from '../ui/parts.tsx'
import { ReasonDialog } from '../ui/ReasonDialog.tsx'
import { Diff, useValue } from './Diff.tsx'
import { useLabel, useTemplate } from './form.ts'
import './reviews.css'

const looks: Record<ChangeState, { word: 'pending' | 'opened' | 'refused' | 'withdrawn' | 'done'; tone: Tone }> = {
  [ChangeState.UNSPECIFIED]: { word: 'pending', tone: 'calm' },
  [ChangeState.PENDING]: { word: 'pending', tone: 'soon' },
  [ChangeState.OPENED]: { word: 'opened', tone: 'accent' },
  [ChangeState.REFUSED]: { word: 'refused', tone: 'late' },
  [ChangeState.WITHDRAWN]: { word: 'withdrawn', tone: 'calm' },
  [ChangeState.DONE]: { word: 'done', tone: 'done' },
}

/** 变更申请: what stores have reported, by the hour it ends; open it for the referrer, or refuse (CHG-01). */
export default function Changes() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { storeId } = useStores()
  const [params] = useSearchParams()
  const decided = params.get('show') === 'decided'
  const [flash, mark] = useFlash()
  const [refusing, setRefusing] = useState<Change>()
  const list = useInfiniteQuery(
    ChangeService.method.listChanges,
    { storeId, decided, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData, refetchInterval: 60_000 },
  )
  const refresh = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: ChangeService.method.listChanges, cardinality: 'infinite' }) })
  const open = useMutation(ChangeService.method.openChange, { onSuccess: ({ change }) => { mark(t('change.openedFor', { name: change?.editorName ?? '' })); void refresh() } })
  const rows = list.data?.pages.flatMap((page) => page.changes)
  const waiting = list.data?.pages[0]?.waiting ?? 0
  return (
    <div className="page">
      <PageHead title={t('menu.changes')} sub={waiting > 0 ? t('change.waiting', { count: waiting }) : undefined}>{flash}</PageHead>
      <Choices param="show" look="segments" label={t('change.show')} values={[{ value: 'waiting', label: t('change.show1') }, { value: 'decided', label: t('change.show2') }]} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={open.error} onClose={() => open.reset()} />
      {!rows && !list.error && <Bones rows={4} h={120} />}
      {rows?.length === 0 && <div className="card"><Empty icon="swap" title={t(decided ? 'change.noneDecided' : 'change.none')} text={t('change.noneText')} /></div>}
      {rows?.map((c) => (
        <ChangeItem key={c.id} change={c}>
          {c.state === ChangeState.PENDING && !c.decidable && <span className="quiet small">{t('change.own')}</span>}
          {c.decidable && (
            <div className="actions">
              <Button type="primary" loading={open.isPending && open.variables?.id === c.id} onClick={() => open.mutate({ id: c.id })}>{t('change.agree')}</Button>
              <Button danger onClick={() => setRefusing(c)}>{t('change.refuse')}</Button>
            </div>
          )}
        </ChangeItem>
      ))}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
      {refusing && <Refuse change={refusing} onClose={() => setRefusing(undefined)} onDone={() => { setRefusing(undefined); void refresh() }} />}
    </div>
  )
}

function ChangeItem({ change: c, children }: { change: Change; children: React.ReactNode }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const label = useLabel()
  const value = useValue()
  const template = useTemplate()
  const { zone, nameOf } = useStores()
  const look = looks[c.state]
  return (
    <article className="card card-body change-card" aria-label={c.row?.name}>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <span className="row"><Go to={`/customers/${c.row?.id}?tab=file`}><b>{c.row?.name}</b></Go><span className="mono quiet">{c.row?.maskedNumber}</span><span className="quiet">{nameOf(c.row?.storeId ?? '')}</span></span>
        {c.state === ChangeState.PENDING && c.dueTime ? <TimeLeft due={timestampMs(c.dueTime)} /> : <Chip tone={look.tone}>{t(`change.states.${look.word}`)}</Chip>}
      </div>
      <p className="second small">{t('change.by', { name: c.reporterForName ? t('turn.acts', { name: c.reporterName, holder: c.reporterForName }) : c.reporterName, time: formatTime(c.reportTime, lang, zone) })}{c.editorName && ` · ${t('change.editor', { name: c.editorName })}`}</p>
      <dl className="sheet-fields">
        {template?.fields.filter((f) => c.fields.includes(f.name)).map((f) => (
          <div key={f.name}><dt>{label(f)}</dt><dd>{c.state === ChangeState.DONE ? value(f, c.after) : <Diff field={f} before={c.before} after={c.after} />}</dd></div>
        ))}
      </dl>
      {c.note && <p>{c.note}</p>}
      {c.refusal && <p className="text-late">{t('change.refusedBecause', { name: c.deciderName, reason: c.refusal })}</p>}
      {children}
    </article>
  )
}

function Refuse({ change, onClose, onDone }: { change: Change; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const refuse = useMutation(ChangeService.method.refuseChange, { onSuccess: onDone })
  return (
    <ReasonDialog
      title={t('change.refuseTitle', { name: change.row?.name })} label={t('change.refuseReason')} need={t('change.needReason')} act={t('change.refuse')}
      busy={refuse.isPending} error={refuse.error} onSend={(reason) => refuse.mutate({ id: change.id, reason })} onClose={onClose}
    />
  )
}
