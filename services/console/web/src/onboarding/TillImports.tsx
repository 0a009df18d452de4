import { TillKind, TillState, type TillImport, type TillSource } from '@changke/gen/onboarding/v1/till_import'
import { TillImportService } from '@changke/gen/onboarding/v1/till_import_service'
import { useInfiniteQuery, useMutation, useQuery, useTransport } from '@connectrpc/connect-query'
import { useMutation as useAct } from '@tanstack/react-query'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useHref, useStores } from '../app/me.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { Progress } from './Progress.tsx'
import { tillStates, tillWorking } from './till.ts'
import { maxBytes, uploadTill, type TillFile } from './upload.ts'
import './imports.css'
import './till.css'

/** 账单导入: a click for each source that is known, a first file for a new one, and every file there was. */
export default function TillImports() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const transport = useTransport()
  const navigate = useNavigate()
  const href = useHref()
  const picker = useRef<HTMLInputElement>(null)
  const [what, setWhat] = useState<Omit<TillFile, 'file'>>({ kind: TillKind.BILLS })
  const [far, setFar] = useState(0)
  const [tooLarge, setTooLarge] = useState(false)
  const [forgetting, setForgetting] = useState<TillSource>()
  const sources = useQuery(TillImportService.method.listTillSources, {}, { staleTime: 0 })
  const forget = useMutation(TillImportService.method.deleteTillSource, { onSuccess: () => { setForgetting(undefined); void sources.refetch() } })
  const upload = useAct({ mutationFn: (file: TillFile) => uploadTill(transport, file, setFar), onSuccess: (id) => void navigate(href(`/till-imports/${id}`)) })
  const list = useInfiniteQuery(
    TillImportService.method.listTillImports,
    { pageSize: 20, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, staleTime: 0, refetchInterval: (q) => (q.state.data?.pages.some((page) => page.imports.some(tillWorking)) ? 2_000 : false) },
  )
  const choose = (next: Omit<TillFile, 'file'>) => { setWhat(next); picker.current?.click() }
  const pick = (file: File | undefined) => {
    if (!file) return
    setTooLarge(file.size > maxBytes)
    setFar(0)
    upload.reset()
    if (file.size <= maxBytes) upload.mutate({ ...what, file })
  }
  const kind = (k: TillKind) => t(k === TillKind.BOOKINGS ? 'till.bookings' : 'till.bills')
  const byAt = (i: TillImport) => t('imports.byAt', { name: i.uploadedByName, time: formatTime(i.uploadTime, lang, zone) })
  const came = (i: TillImport) => t('till.came', { fresh: i.newLines, changed: i.changedLines, same: i.sameLines })
  const columns: Column<TillImport>[] = [
    { key: 'file', title: t('imports.file'), cell: (i) => <span><b>{i.fileName}</b><br /><span className="second small">{i.sourceName || kind(i.kind)}</span></span> },
    { key: 'state', title: t('imports.state'), cell: (i) => <State of={i} /> },
    { key: 'lines', title: t('imports.lines'), num: true, cell: (i) => i.lines || '–' },
    { key: 'came', title: t('till.result'), cell: (i) => (i.state === TillState.DONE ? came(i) : '–') },
    { key: 'wrong', title: t('till.left'), num: true, cell: (i) => (i.wrongLines ? <span className="text-late">{i.wrongLines}</span> : '–') },
    { key: 'who', title: t('imports.who'), cell: (i) => <span className="second">{byAt(i)}</span> },
  ]
  const fresh = (
    <div className="actions import-acts">
      <Button loading={upload.isPending} onClick={() => choose({ kind: TillKind.BILLS })} icon={<Icon name="upload" size={16} />}>{t('till.newBills')}</Button>
      <Button loading={upload.isPending} onClick={() => choose({ kind: TillKind.BOOKINGS })} icon={<Icon name="upload" size={16} />}>{t('till.newBookings')}</Button>
    </div>
  )
  return (
    <div className="page">
      <PageHead title={t('menu.tillImports')} sub={t('till.lead')} />
      <input ref={picker} type="file" accept=".xlsx,.csv" hidden aria-label={t('till.file')} onChange={(e) => { pick(e.target.files?.[0]); e.target.value = '' }} />
      {tooLarge && <p className="notice" role="alert"><Icon name="alert" size={18} />{t('imports.tooLarge')}</p>}
      <Failure error={upload.error} onClose={() => upload.reset()} />
      {upload.isPending && <section className="card pad"><Progress text={t('imports.uploading', { percent: Math.round(far * 100) })} share={far} note={t('imports.keepOpen')} /></section>}
      <Failure error={sources.error} onRetry={() => void sources.refetch()} />
      <section className="card pad stack" aria-labelledby="till-sources">
        <h2 id="till-sources">{t('till.sources')}</h2>
        {sources.data?.sources.length === 0 && <p className="second">{t('till.noSources')}</p>}
        {sources.data && sources.data.sources.length > 0 && (
          <ul className="till-sources">
            {sources.data.sources.map((s) => (
              <li key={s.id}>
                <span className="grow"><b>{s.name}</b> <Chip>{kind(s.kind)}</Chip><br /><span className="second small">{s.useTime ? t('till.used', { time: formatTime(s.useTime, lang, zone) }) : t('till.unused')}</span></span>
                <Button type="primary" loading={upload.isPending && what.sourceId === s.id} onClick={() => choose({ kind: s.kind, sourceId: s.id })} icon={<Icon name="upload" size={16} />}>{t('till.upload')}</Button>
                <Button aria-label={t('till.forgetOf', { name: s.name })} onClick={() => setForgetting(s)} icon={<Icon name="bin" size={16} />} />
              </li>
            ))}
          </ul>
        )}
        {fresh}
      </section>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {!list.error && (
        <DataList
          name="till-imports"
          columns={columns}
          rows={list.data?.pages.flatMap((page) => page.imports)}
          rowKey={(i) => i.id}
          href={(i) => `/till-imports/${i.id}`}
          card={(i) => (
            <div className="stack" style={{ gap: 4 }}>
              <span className="row"><b style={{ flex: 1, overflowWrap: 'anywhere' }}>{i.fileName}</b><State of={i} /></span>
              <span className="second small">{i.state === TillState.DONE ? came(i) : t('imports.textLines', { count: i.lines })} · {byAt(i)}</span>
            </div>
          )}
          empty={<Empty icon="audit" title={t('till.empty')} text={t('till.emptyText')} />}
          more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
        />
      )}
      {forgetting && (
        <Dialog title={t('till.forgetOf', { name: forgetting.name })} onClose={() => setForgetting(undefined)}>
          <div className="import-sure">
            <Failure error={forget.error} onClose={() => forget.reset()} />
            <p>{t('till.forgetSure')}</p>
            <div className="actions import-acts">
              <Button danger loading={forget.isPending} onClick={() => forget.mutate({ sourceId: forgetting.id })}>{t('till.forget')}</Button>
              <Button onClick={() => setForgetting(undefined)}>{t('imports.keep')}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  )
}

function State({ of: { state } }: { of: TillImport }) {
  const { t } = useTranslation()
  return <Chip tone={tillStates[state].tone}>{t(`till.states.${tillStates[state].word}`)}</Chip>
}
