import { HandoverState } from '@changke/gen/handover/v1/handover'
import { HandoverService } from '@changke/gen/handover/v1/handover_service'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useMe, useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure, Go, PageHead } from '../ui/parts.tsx'
import { causeKey, endKey, fileLook, kindKey, scopeKey } from './words.ts'
import './handover.css'

/** 客户交接单: the numbered slip on A4, with its steps, the guests and places to sign. Paper lies for years: every day has its year. */
export default function Slip() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const { id = '' } = useParams()
  const { stores } = useStores()
  const query = useQuery(HandoverService.method.getHandover, { id })
  const list = useInfiniteQuery(HandoverService.method.listHandoverFiles, { id, pageSize: 100, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  useEffect(() => { // a slip is whole
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const files = list.data?.pages.flatMap((page) => page.files)
  const h = query.data?.handover
  const store = stores.find((s) => s.id === h?.storeId)
  return (
    <div className="page slip-page">
      <Go to={`/handovers/${id}`} className="back"><Icon name="left" size={16} />{t('handover.back')}</Go>
      <PageHead title={t('handover.slip.title')}><Button type="primary" disabled={!h || !files || hasNextPage} onClick={() => window.print()}>{t('handover.acts.print')}</Button></PageHead>
      <Failure error={query.error ?? list.error} onRetry={() => { void query.refetch(); void list.refetch() }} />
      {(!h || !files) && !query.error && !list.error && <Bones rows={6} h={56} />}
      {h && files && (
        <article className="handover-slip" aria-label={t('handover.slip.title')}>
          <h2>{t('handover.slip.title')}</h2>
          <p className="slip-no">{t('handover.no', { no: h.no })}{h.state !== HandoverState.COMPLETE && ` · ${h.state === HandoverState.ENDED ? t(`handover.ends.${endKey[h.end]}`) : t('handover.slip.incomplete')}`}</p>
          <table>
            <tbody>
              <tr><th>{t('handover.slip.chain')}</th><td>{me.tenantName}</td><th>{t('handover.slip.store')}</th><td>{store?.name}</td></tr>
              <tr><th>{t('handover.slip.giver')}</th><td>{h.giver?.name}</td><th>{t('handover.slip.receiver')}</th><td>{h.receiver?.name}</td></tr>
              <tr><th>{t('handover.slip.staffNo')}</th><td>{h.giver?.staffNo}</td><th>{t('handover.slip.staffNo')}</th><td>{h.receiver?.staffNo}</td></tr>
              <tr><th>{t('handover.slip.post')}</th><td lang="zh-CN">{h.giver?.position}</td><th>{t('handover.slip.post')}</th><td lang="zh-CN">{h.receiver?.position}</td></tr>
              <tr><th>{t('handover.slip.kind')}</th><td>{t(`handover.kinds.${kindKey[h.kind]}`)}{h.untilDate && ` · ${t('handover.until', { date: formatDate(h.untilDate, lang, 0) })}`}</td><th>{t('handover.slip.cause')}</th><td>{t(`handover.causes.${causeKey[h.cause]}`)}</td></tr>
              <tr><th>{t('handover.slip.scope')}</th><td>{t(`handover.scopes.${scopeKey[h.scope]}`)}</td><th>{t('handover.slip.count')}</th><td>{h.files}</td></tr>
              {h.seat && <tr><th>{t('handover.slip.seat')}</th><td colSpan={3}>{t('handover.seatPasses', { seat: h.seat, name: h.receiver?.name })}</td></tr>}
            </tbody>
          </table>
          <table>
            <thead><tr><th>{t('handover.slip.step')}</th><th>{t('handover.slip.who')}</th><th>{t('handover.slip.when')}</th></tr></thead>
            <tbody>{query.data?.steps.map((s) => <tr key={`${s.step}${s.date}`}><td>{t(`handover.log.${s.step as 'desk'}`)}</td><td>{s.forName ? t('handover.steps.forWhom', { by: s.personName, holder: s.forName }) : s.personName || t('handover.steps.system')}</td><td>{formatTime(s.time, lang, store?.zone, 0)}</td></tr>)}</tbody>
          </table>
          <table>
            <thead><tr><th>#</th><th>{t('handover.slip.files')}</th><th>{t('handover.file.since')}</th><th>{t('handover.file.last')}</th><th>{t('handover.file.state')}</th></tr></thead>
            <tbody>{files.map((f, i) => <tr key={f.fileId}><td>{i + 1}</td><td>{f.guestName} {f.maskedNumber}</td><td>{formatDate(f.sinceDate, lang, 0)}</td><td>{formatDate(f.lastVisitDate, lang, 0) || t('handover.file.never')}</td><td>{t(`handover.file.states.${fileLook[f.state].key}`)}</td></tr>)}</tbody>
          </table>
          <div className="signs"><span>{t('handover.slip.giverSign')}</span><span>{t('handover.slip.receiverSign')}</span><span>{t('handover.slip.officeSign')}</span></div>
          <p className="foot">{t('handover.slip.foot')}</p>
        </article>
      )}
    </div>
  )
}
