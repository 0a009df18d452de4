import { ImportState, LineGrade, type CustomerImport } from '@changke/gen/onboarding/v1/onboarding'
import { CustomerImportService } from '@changke/gen/onboarding/v1/onboarding_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useCan, useHref, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatTime, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure, Go, PageHead } from '../ui/parts.tsx'
import { saveWorkbook } from '../ui/save.ts'
import { Lines } from './Lines.tsx'
import { Matching } from './Matching.tsx'
import { Progress } from './Progress.tsx'
import { working } from './states.ts'
import './imports.css'

/** One list: how far it is, what there is to match, its report, and publishing it. */
export default function Import() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const { id = '' } = useParams()
  const client = useQueryClient()
  const query = useQuery(CustomerImportService.method.getImport, { importId: id }, { staleTime: 0, refetchInterval: (q) => (working(q.state.data?.import) ? 700 : false) })
  const list = query.data?.import
  // A check that is over has another report, however fast it was.
  const checked = list && `${list.state} ${list.wrongLines} ${list.notedLines}`
  useEffect(() => {
    const { listImportLines, listImportTexts } = CustomerImportService.method
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: listImportLines, cardinality: 'infinite' }) })
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: listImportTexts, cardinality: 'finite' }) })
  }, [client, checked])
  const show = (next: CustomerImport | undefined) => {
    if (next) client.setQueryData(createConnectQueryKey({ schema: CustomerImportService.method.getImport, input: { importId: id }, cardinality: 'finite' }), (old: typeof query.data) => old && { ...old, import: next })
    void query.refetch()
  }
  return (
    <div className="page">
      <Go to="/imports" className="back"><Icon name="left" size={16} />{t('menu.imports')}</Go>
      <PageHead title={list?.fileName ?? t('menu.imports')} sub={list && t('imports.byAt', { name: list.uploadedByName, time: formatTime(list.uploadTime, lang, zone) })} />
      <Failure error={query.error} onRetry={() => void query.refetch()} />
      {!list && !query.error && <Bones rows={3} h={96} />}
      {list && <Steps list={list} />}
      {list && <Standing list={list} show={show} />}
      {list?.state === ImportState.READY && <Matching list={list} show={show} />}
      {(list?.state === ImportState.READY || (list?.state === ImportState.DONE && list.wrongLines > 0)) && <Lines key={`${list.state}`} list={list} />}
    </div>
  )
}

function Steps({ list }: { list: CustomerImport }) {
  const { t } = useTranslation()
  const at = list.state <= ImportState.READING || list.state === ImportState.FAILED ? 0 : list.state <= ImportState.READY ? 1 : 2
  if (list.state === ImportState.DISCARDED) return null
  return (
    <ol className="import-steps">
      {(['upload', 'check', 'publish'] as const).map((step, i) => (
        <li key={step} className={i < at || list.state === ImportState.DONE ? 'past' : undefined} aria-current={i === at ? 'step' : undefined}>
          {i < at || list.state === ImportState.DONE ? <Icon name="check" size={16} /> : <span>{i + 1}</span>}{t(`imports.steps.${step}`)}
        </li>
      ))}
    </ol>
  )
}

/** Where the list stands, in a card, with the acts of that state. */
function Standing({ list, show }: { list: CustomerImport; show(next: CustomerImport | undefined): void }) {
  const { t } = useTranslation()
  const total = list.lines - list.wrongLines
  switch (list.state) {
    case ImportState.READING:
      return <section className="card pad"><Progress text={t('imports.reading', { count: list.lines })} note={t('imports.goOn')} /></section>
    case ImportState.CHECKING:
      return <section className="card pad"><Progress text={t('imports.checking', { done: list.doneLines, total: list.lines })} share={list.doneLines / Math.max(1, list.lines)} note={t('imports.goOn')} /></section>
    case ImportState.PUBLISHING:
      return <section className="card pad"><Progress text={t('imports.publishing', { done: list.publishedLines, total })} share={list.publishedLines / Math.max(1, total)} note={t('imports.goOn')} /></section>
    case ImportState.READY:
      return <Ready list={list} show={show} />
    case ImportState.DONE:
      return <Done list={list} />
    case ImportState.FAILED:
      return <p className="notice" role="alert"><Icon name="alert" size={18} /><span><span lang="zh-CN">{list.fault}</span> {t('imports.failed')} <Go to="/imports">{t('imports.again')}</Go></span></p>
    case ImportState.DISCARDED:
      return <p className="notice calm"><Icon name="cross" size={18} />{t('imports.gone')}</p>
    default:
      return <Half list={list} show={show} />
  }
}

function Half({ list, show }: { list: CustomerImport; show(next: CustomerImport | undefined): void }) {
  const { t } = useTranslation()
  const discard = useMutation(CustomerImportService.method.discardImport, { onSuccess: (res) => show(res.import) })
  return (
    <section className="card pad stack">
      <Failure error={discard.error} onClose={() => discard.reset()} />
      <p className="second">{t('imports.half')}</p>
      <div className="actions import-acts"><Button loading={discard.isPending} onClick={() => discard.mutate({ importId: list.id })}>{t('imports.discard')}</Button></div>
    </section>
  )
}

function Ready({ list, show }: { list: CustomerImport; show(next: CustomerImport | undefined): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const [asking, setAsking] = useState<'publish' | 'discard'>()
  const close = () => setAsking(undefined)
  const publish = useMutation(CustomerImportService.method.publishImport, { onSuccess: (res) => show(res.import), onSettled: close })
  const discard = useMutation(CustomerImportService.method.discardImport, { onSuccess: (res) => show(res.import), onSettled: close })
  const count = list.lines - list.wrongLines
  return (
    <section className="card pad stack">
      <Failure error={publish.error ?? discard.error} onClose={() => { publish.reset(); discard.reset() }} />
      <Figures list={list} />
      <p className="second">{list.wrongLines > 0 ? t('imports.mend') : t('imports.allRight')}</p>
      {list.ignoredColumns.length > 0 && <p className="second small">{t('imports.ignored', { columns: joinWords(list.ignoredColumns, lang) })}</p>}
      <div className="actions import-acts">
        <Button type="primary" disabled={count === 0} onClick={() => setAsking('publish')}>{t(list.wrongLines > 0 ? 'imports.skip' : 'imports.publish', { count })}</Button>
        <Report list={list} />
        <Button onClick={() => setAsking('discard')}>{t('imports.discard')}</Button>
      </div>
      {asking === 'publish' && (
        <Dialog title={t('imports.sure')} onClose={close}>
          <div className="import-sure">
            <p>{t('imports.sureText', { count })}</p>
            {list.wrongLines > 0 && <p>{t('imports.sureSkip', { count: list.wrongLines })}</p>}
            <p className="second">{t('imports.clock')}</p>
            <div className="actions import-acts">
              <Button type="primary" loading={publish.isPending} onClick={() => publish.mutate({ importId: list.id, skipWrong: list.wrongLines > 0 })}>{t('imports.publish', { count })}</Button>
              <Button onClick={close}>{t('imports.keep')}</Button>
            </div>
          </div>
        </Dialog>
      )}
      {asking === 'discard' && (
        <Dialog title={t('imports.discard')} onClose={close}>
          <div className="import-sure">
            <p>{t('imports.discardSure')}</p>
            <div className="actions import-acts">
              <Button danger loading={discard.isPending} onClick={() => discard.mutate({ importId: list.id })}>{t('imports.discard')}</Button>
              <Button onClick={close}>{t('imports.keep')}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </section>
  )
}

function Done({ list }: { list: CustomerImport }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const href = useHref()
  const mayRead = useCan('customer.read')
  return (
    <section className="card pad stack">
      <p className="strong text-done"><Icon name="check" size={18} /> {t('imports.done', { count: list.publishedLines })}</p>
      {list.wrongLines > 0 && <p className="second">{t('imports.doneLeft', { count: list.wrongLines })}</p>}
      <div className="actions import-acts">
        {mayRead && <Button type="primary" onClick={() => void navigate(href('/customers'))}>{t('imports.toList')}</Button>}
        {list.wrongLines > 0 && <Report list={list} />}
      </div>
    </section>
  )
}

function Figures({ list }: { list: CustomerImport }) {
  const { t } = useTranslation()
  return (
    <dl className="import-figures" aria-label={t('imports.summary', { lines: list.lines, right: list.lines - list.wrongLines, noted: list.notedLines, wrong: list.wrongLines })}>
      <div><dt>{t('imports.lines')}</dt><dd>{list.lines}</dd></div>
      <div><dt>{t('imports.noted', { count: '' })}</dt><dd>{list.notedLines}</dd></div>
      <div><dt>{t('imports.wrong', { count: '' })}</dt><dd className={list.wrongLines > 0 ? 'text-late' : undefined}>{list.wrongLines}</dd></div>
    </dl>
  )
}

function Report({ list }: { list: CustomerImport }) {
  const { t } = useTranslation()
  const report = useMutation(CustomerImportService.method.getImportReport, { onSuccess: ({ file, fileName }) => saveWorkbook(file, fileName) })
  return (
    <>
      <Button loading={report.isPending} onClick={() => report.mutate({ importId: list.id, grade: LineGrade.UNSPECIFIED })}>{t('imports.report')}</Button>
      <Failure error={report.error} onClose={() => report.reset()} />
    </>
  )
}
