import { ImportState, type CustomerImport } from '@changke/gen/onboarding/v1/onboarding'
import { CustomerImportService } from '@changke/gen/onboarding/v1/onboarding_service'
import { useInfiniteQuery, useMutation, useTransport } from '@connectrpc/connect-query'
import { useMutation as useAct } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref, useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { saveWorkbook } from '../ui/save.ts'
import { Progress } from './Progress.tsx'
import { states, working } from './states.ts'
import { maxBytes, uploadList } from './upload.ts'
import './imports.css'

/** 导入客户: template, upload, and every list there was. */
export default function Imports() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const transport = useTransport()
  const navigate = useNavigate()
  const href = useHref()
  const picker = useRef<HTMLInputElement>(null)
  const [far, setFar] = useState(0)
  const [tooLarge, setTooLarge] = useState(false)
  const template = useMutation(CustomerImportService.method.getImportTemplate, { onSuccess: ({ file, fileName }) => saveWorkbook(file, fileName) })
  const upload = useAct({ mutationFn: (file: File) => uploadList(transport, file, setFar), onSuccess: (id) => void navigate(href(`/imports/${id}`)) })
  const list = useInfiniteQuery(
    CustomerImportService.method.listImports,
    { pageSize: 20, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, staleTime: 0, refetchInterval: (q) => (q.state.data?.pages.some((page) => page.imports.some(working)) ? 2_000 : false) },
  )
  const pick = (file: File | undefined) => {
    if (!file) return
    setTooLarge(file.size > maxBytes)
    setFar(0)
    upload.reset()
    if (file.size <= maxBytes) upload.mutate(file)
  }
  const byAt = (i: CustomerImport) => t('imports.byAt', { name: i.uploadedByName, time: formatTime(i.uploadTime, lang, zone) })
  const columns: Column<CustomerImport>[] = [
    { key: 'file', title: t('imports.file'), cell: (i) => <b>{i.fileName}</b> },
    { key: 'state', title: t('imports.state'), cell: (i) => <State of={i} /> },
    { key: 'lines', title: t('imports.lines'), num: true, cell: (i) => i.lines || '–' },
    { key: 'published', title: t('imports.published'), num: true, cell: (i) => i.publishedLines || '–' },
    { key: 'who', title: t('imports.who'), cell: (i) => <span className="second">{byAt(i)}</span> },
  ]
  return (
    <div className="page">
      <PageHead title={t('menu.imports')} sub={t('imports.lead')}>
        <Button loading={template.isPending} onClick={() => template.mutate({})} icon={<Icon name="file" size={16} />}>{t('imports.template')}</Button>
        <Button type="primary" loading={upload.isPending} onClick={() => picker.current?.click()} icon={<Icon name="upload" size={16} />}>{t('imports.upload')}</Button>
      </PageHead>
      <input ref={picker} type="file" accept=".xlsx,.csv" hidden aria-label={t('imports.upload')} onChange={(e) => { pick(e.target.files?.[0]); e.target.value = '' }} />
      {tooLarge && <p className="notice" role="alert"><Icon name="alert" size={18} />{t('imports.tooLarge')}</p>}
      <Failure error={upload.error ?? template.error} onClose={() => { upload.reset(); template.reset() }} />
      {upload.isPending && <section className="card pad"><Progress text={t('imports.uploading', { percent: Math.round(far * 100) })} share={far} note={t('imports.keepOpen')} /></section>}
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!list.error && (
        <DataList
          name="imports"
          columns={columns}
          rows={list.data?.pages.flatMap((page) => page.imports)}
          rowKey={(i) => i.id}
          href={(i) => `/imports/${i.id}`}
          card={(i) => (
            <div className="stack" style={{ gap: 4 }}>
              <span className="row"><b style={{ flex: 1, overflowWrap: 'anywhere' }}>{i.fileName}</b><State of={i} /></span>
              <span className="second small">{i.state === ImportState.DONE ? t('imports.done', { count: i.publishedLines }) : t('imports.textLines', { count: i.lines })} · {byAt(i)}</span>
            </div>
          )}
          empty={<Empty icon="people" title={t('imports.empty')} text={t('imports.emptyText')}><Button onClick={() => template.mutate({})}>{t('imports.template')}</Button></Empty>}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
    </div>
  )
}

function State({ of: { state } }: { of: CustomerImport }) {
  const { t } = useTranslation()
  return <Chip tone={states[state].tone}>{t(`imports.states.${states[state].word}`)}</Chip>
}
