import { CorrectionService } from '@changke/gen/ownership/v1/correction_service'
import { CorrectionEffect, CorrectionState, type Correction } from '@changke/gen/ownership/v1/correction'
import { createConnectQueryKey, useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useCan, useStores } from '../app/me.tsx'
import { formatDate, formatMonth } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { ReasonDialog } from '../ui/ReasonDialog.tsx'
import { Bones, Chip, Choices, Empty, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { Told } from './Told.tsx'
import './past.css'

/** 建议更正: where what was learned later differs from what was decided, for a person to settle (RUL-09). */
export default function Corrections() {
  const { t } = useTranslation()
  const [flash, mark] = useFlash()
  const [params] = useSearchParams()
  const { storeId } = useStores()
  const all = params.get('all') === '1'
  const list = useInfiniteQuery(CorrectionService.method.listCorrections, { storeId, all, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const rows = list.data?.pages.flatMap((page) => page.corrections)
  return (
    <div className="page">
      <PageHead title={t('menu.corrections')} sub={t('past.correctionsLead')}>{flash}</PageHead>
      <Choices param="all" look="segments" label={t('menu.corrections')} values={[{ value: '', label: t('past.open') }, { value: '1', label: t('past.all') }]} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!rows && !list.error && <Bones rows={3} h={140} />}
      {rows?.length === 0 && <div className="card"><Empty icon="review" title={t('past.noCorrections')} text={t('past.noCorrectionsText')} /></div>}
      {rows && rows.length > 0 && <ul className="past-list" aria-label={t('menu.corrections')}>{rows.map((row) => <Card key={row.id} row={row} onDone={mark} />)}</ul>}
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button>}
    </div>
  )
}

function Card({ row, onDone }: { row: Correction; onDone(text: string): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const client = useQueryClient()
  const { stores, nameOf } = useStores()
  const may = useCan('correction.decide')
  const [act, setAct] = useState<'confirm' | 'dismiss'>()
  const refresh = (text: string) => {
    setAct(undefined)
    onDone(text)
    return client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: CorrectionService.method.listCorrections, cardinality: undefined }) })
  }
  const confirm = useMutation(CorrectionService.method.confirmCorrection, { onSuccess: () => refresh(t('past.confirmed')) })
  const dismiss = useMutation(CorrectionService.method.dismissCorrection, { onSuccess: () => refresh(t('past.dismissed')) })
  const running = act === 'confirm' ? confirm : dismiss
  const open = row.state === CorrectionState.PROPOSED
  const moot = open && row.effect === CorrectionEffect.RELEASE && !row.ownerName
  return (
    <li className="card past-card">
      <div className="past-head">
        <Go to={`/customers/${row.fileId}?tab=ownership`}><b>{row.guestName}</b></Go>
        <Chip>{formatMonth(row.month, lang)}</Chip>
        {row.effect !== CorrectionEffect.NONE && <Chip tone="accent">{said(row.effectText, row.effectTextEn)}</Chip>}
        {row.state === CorrectionState.CONFIRMED && <Chip tone="done">{t('past.stateConfirmed')}</Chip>}
        {row.state === CorrectionState.DISMISSED && <Chip>{t('past.stateDismissed')}</Chip>}
        {stores.length > 1 && <small>{nameOf(row.storeId)}</small>}
      </div>
      <p>{said(row.sentence, row.sentenceEn)}</p>
      {row.causes.length > 0 && <ul className="past-causes" aria-label={t('past.causes')}>{row.causes.map((cause, i) => <li key={i}>{said(cause, row.causesEn[i] ?? cause)}</li>)}</ul>}
      <p className="quiet">{row.ownerName ? t('past.ownerNow', { name: row.ownerName }) : t('past.publicNow')} · {t('past.found', { date: formatDate(row.foundDate, lang) })}</p>
      <div className="past-sides">
        <section><h3>{t('past.decided')}</h3>{row.decided.length ? row.decided.map((d, i) => <Told key={i} decision={d} />) : <p className="quiet">{t('past.nothing')}</p>}</section>
        <section><h3>{t('past.instead')}</h3>{row.instead.length ? row.instead.map((d, i) => <Told key={i} decision={d} />) : <p className="quiet">{t('past.nothingNow')}</p>}</section>
      </div>
      {row.settledBy && <p className="quiet">{t('past.settled', { name: said(row.settledBy, row.settledByEn), reason: row.reason })}</p>}
      {moot && <p>{t('past.alreadyPublic')}</p>}
      {open && may && (
        <div className="acts">
          {!moot && <Button type="primary" onClick={() => setAct('confirm')}>{said(row.effectText, row.effectTextEn)}</Button>}
          <Button onClick={() => setAct('dismiss')}>{t('past.dismiss')}</Button>
        </div>
      )}
      {act && (
        <ReasonDialog
          title={act === 'confirm' ? said(row.effectText, row.effectTextEn) : t('past.dismissTitle')}
          label={t('past.reason')}
          need={t('past.reasonNeed')}
          act={act === 'confirm' ? t('past.confirm') : t('past.dismiss')}
          busy={running.isPending}
          error={running.error}
          onSend={(reason) => running.mutate({ id: row.id, reason })}
          onClose={() => { setAct(undefined); running.reset() }}
        >
          <p>{act === 'confirm' ? t(`past.effects.${effectKeys[row.effect]}`, { name: row.personName }) : t('past.dismissHow')}</p>
        </ReasonDialog>
      )}
    </li>
  )
}

const effectKeys = {
  [CorrectionEffect.UNSPECIFIED]: 'none', [CorrectionEffect.NONE]: 'none', [CorrectionEffect.RESTORE]: 'restore',
  [CorrectionEffect.RELEASE]: 'release', [CorrectionEffect.OFFER]: 'offer', [CorrectionEffect.WITHDRAW]: 'withdraw',
} as const
