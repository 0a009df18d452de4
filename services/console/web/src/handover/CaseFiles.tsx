import { HandoverFileState, HandoverState, type Handover, type HandoverFile } from '@changke/gen/handover/v1/handover'
import { HandoverService } from '@changke/gen/handover/v1/handover_service'
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref } from '../app/me.tsx'
import { formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Chip, Failure, Go } from '../ui/parts.tsx'
import { fileLook, messageLook, useReload } from './words.ts'

/** The guests of a case, with how far each has come and what went to him. */
export function CaseFiles({ handover: h, goThrough }: { handover: Handover; goThrough: boolean }) {
  const { t } = useTranslation()
  const list = useInfiniteQuery(HandoverService.method.listHandoverFiles, { id: h.id, pageSize: 50, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const files = list.data?.pages.flatMap((page) => page.files)
  const sent = h.messages > 0
  return (
    <section className="card">
      <div className="card-head"><h2>{t('handover.file.title')}</h2>{h.moved > 0 && <span className="sub">{t('handover.steps.progress', { approved: h.approved, moved: h.moved })}</span>}</div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!files && !list.error && <Bones rows={4} h={52} />}
      {files && (
        <table className="case-files">
          <thead><tr><th>{t('handover.file.guest')}</th><th>{t('handover.file.since')}</th><th>{t('handover.file.last')}</th>{sent && <th>{t('handover.file.message')}</th>}<th>{t('handover.file.state')}</th><th /></tr></thead>
          <tbody>{files.map((f) => <Row key={f.fileId} handover={h} file={f} sent={sent} goThrough={goThrough} />)}</tbody>
        </table>
      )}
      {list.hasNextPage && <div className="pad"><Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('app.more')}</Button></div>}
    </section>
  )
}

function Row({ handover: { id, state }, file: f, sent, goThrough }: { handover: Handover; file: HandoverFile; sent: boolean; goThrough: boolean }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const go = useNavigate()
  const href = useHref()
  const reload = useReload()
  const look = fileLook[f.state]
  const told = messageLook[f.message]
  const edit = () => void go(href(`/customers/${f.fileId}/edit`))
  const begin = useMutation(HandoverService.method.beginFileCheck, { onSuccess: () => { reload(); edit() } })
  const name = f.guestName || t('inbox.someone')
  return (
    <tr>
      <td>{f.readable ? <Go to={`/customers/${f.fileId}`}><b>{name}</b></Go> : <b>{name}</b>}<span className="mono">{f.maskedNumber}</span></td>
      <td data-label={t('handover.file.since')}>{formatDate(f.sinceDate, lang)}</td>
      <td data-label={t('handover.file.last')}>{formatDate(f.lastVisitDate, lang) || t('handover.file.never')}</td>
      {sent && <td data-label={t('handover.file.message')}><Chip tone={told.tone}>{t(`handover.file.messages.${told.key}`)}</Chip></td>}
      <td className="state">{state === HandoverState.DESK && f.state === HandoverFileState.HELD ? <Chip tone="late">{t('handover.states.desk')}</Chip> : <Chip tone={look.tone}>{t(`handover.file.states.${look.key}`)}</Chip>}</td>
      <td className="act">
        {goThrough && f.state === HandoverFileState.TO_CHECK && <Button type="primary" size="small" loading={begin.isPending} onClick={() => begin.mutate({ id, fileId: f.fileId })}>{t('handover.file.check')}</Button>}
        {goThrough && f.state === HandoverFileState.CHECKING && <Button size="small" onClick={edit}>{t('handover.file.edit')}</Button>}
        <Failure error={begin.error} onClose={() => begin.reset()} />
      </td>
    </tr>
  )
}
