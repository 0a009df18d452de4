import { timestampMs } from '@bufbuild/protobuf/wkt'
import { AccountOpeningService } from '@changke/gen/staff/v1/account_opening_service'
import { CodeDelivery, type AccountRequest, type IssuedCode } from '@changke/gen/staff/v1/staff'
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage, usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Choices, Empty, Failure, PageHead, TimeLeft, useFlash } from '../ui/parts.tsx'
import { Issued } from './AccountCard.tsx'
import { Field } from './Field.tsx'
import { useRefresh } from './people.ts'
import { RequestCard } from './RequestCard.tsx'
import './people.css'

/** 开户申请: what stores have asked for, by the hour it ends; open or refuse. */
export default function Accounts() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const phone = usePhone()
  const { storeId, zone } = useStores()
  const [params] = useSearchParams()
  const decided = params.get('show') === 'decided'
  const refresh = useRefresh()
  const [flash, mark] = useFlash()
  const [refusing, setRefusing] = useState<AccountRequest>()
  const [issued, setIssued] = useState<{ code: IssuedCode; request: AccountRequest }>()
  const list = useInfiniteQuery(
    AccountOpeningService.method.listAccountRequests,
    { storeId, decided, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData, refetchInterval: 60_000 },
  )
  const open = useMutation(AccountOpeningService.method.openAccount, {
    gcTime: 0,
    onSuccess: ({ request, code }) => {
      mark(t('accounts.openedFor', { name: request?.name ?? '' }))
      if (code && request) setIssued({ code, request })
      void refresh()
    },
  })
  const rows = list.data?.pages.flatMap((page) => page.requests)
  const head = list.data?.pages[0]
  return (
    <div className="page">
      <PageHead title={t('menu.accounts')} sub={head && !phone ? t('accounts.lead', { count: head.hours }) : undefined}>{flash}</PageHead>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <Choices param="show" look="segments" label={t('accounts.show')} values={[{ value: 'waiting', label: t('accounts.waiting') }, { value: 'decided', label: t('accounts.decided') }]} />
        {head && <span className={head.ownLateThisMonth > 0 ? 'text-late small' : 'quiet small'}>{t('accounts.ownLate', { count: head.ownLateThisMonth })}</span>}
      </div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={open.error} onClose={() => open.reset()} />
      {!rows && !list.error && <Bones rows={4} h={96} />}
      {rows && (
        <div className="card">
          {rows.length === 0 && <Empty icon="staff" title={t(decided ? 'accounts.noneDecided' : 'accounts.none')} text={t(decided ? 'accounts.noneDecidedText' : 'accounts.noneText')} />}
          {rows.map((r) => (
            <RequestCard key={r.id} request={r} mark={decided ? undefined : <Due request={r} />}>
              {!decided && r.own && <span className="quiet small">{t('accounts.own')}</span>}
              {!decided && !r.own && (
                <div className="actions">
                  <Button type="primary" loading={open.isPending && open.variables?.requestId === r.id} onClick={() => open.mutate({ requestId: r.id, delivery: CodeDelivery.SMS })}>{t('accounts.openSms')}</Button>
                  <Button onClick={() => open.mutate({ requestId: r.id, delivery: CodeDelivery.PRINT })}>{t('accounts.openPrint')}</Button>
                  <Button danger onClick={() => setRefusing(r)}>{t('accounts.refuse')}</Button>
                </div>
              )}
              {decided && <span className="quiet small">{t('accounts.decidedBy', { name: r.decidedByName || '—', time: formatTime(r.decideTime, lang, zone) })}</span>}
            </RequestCard>
          ))}
          {list.hasNextPage && <div className="card-body"><Button block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button></div>}
        </div>
      )}
      {refusing && <Refuse request={refusing} onClose={() => setRefusing(undefined)} onDone={() => { setRefusing(undefined); mark(t('accounts.refusedFor', { name: refusing.name })); void refresh() }} />}
      {issued && <Issued code={issued.code} person={issued.request} onClose={() => setIssued(undefined)} />}
    </div>
  )
}

/** The hour a request ends, and how long until it. */
export function Due({ request: r }: { request: AccountRequest }) {
  const { t } = useTranslation()
  return (
    <span className="row">
      <TimeLeft due={r.dueTime ? timestampMs(r.dueTime) : 0} />
      {r.late && <Chip tone="late">{t('accounts.escalated')}</Chip>}
    </span>
  )
}

function Refuse({ request: r, onClose, onDone }: { request: AccountRequest; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const refuse = useMutation(AccountOpeningService.method.refuseAccount, { onSuccess: onDone })
  const save = () => {
    setTried(true)
    if (reason.trim()) refuse.mutate({ requestId: r.id, reason: reason.trim() })
  }
  return (
    <Dialog title={t('accounts.refuseTitle', { name: r.name })} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <div className="choices">{(['number', 'post', 'entry'] as const).map((key) => <Button key={key} size="small" onClick={() => setReason(t(`accounts.reasons.${key}`))}>{t(`accounts.reasons.${key}`)}</Button>)}</div>
        <Field id="r-reason" label={t('accounts.refuseReason')} wrong={tried && !reason.trim() && t('people.need.reason')}><Input.TextArea id="r-reason" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} rows={2} /></Field>
        <Failure error={refuse.error} onRetry={save} />
        <div className="actions"><Button type="primary" danger htmlType="submit" loading={refuse.isPending} icon={<Icon name="cross" size={16} />}>{t('accounts.refuse')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
