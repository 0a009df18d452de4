import { TillKind, TillState, type TillDay, type TillImport } from '@changke/gen/onboarding/v1/till_import'
import { TillImportService } from '@changke/gen/onboarding/v1/till_import_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useParams } from 'react-router'
import { useCan, useHref, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatDate, formatFen, formatTime, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure, Go, PageHead } from '../ui/parts.tsx'
import { Progress } from './Progress.tsx'
import { TillColumns } from './TillColumns.tsx'
import { TillLines } from './TillLines.tsx'
import { tillWorking } from './till.ts'
import './imports.css'
import './till.css'

interface Shows { file: TillImport; show(next: TillImport | undefined): void }

/** One file: how far it is, which column is what, what it says, and recording it. */
export default function TillFile() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const { id = '' } = useParams()
  const client = useQueryClient()
  const [mending, setMending] = useState(false)
  const query = useQuery(TillImportService.method.getTillImport, { importId: id }, { staleTime: 0, refetchInterval: (q) => (tillWorking(q.state.data?.import) ? 700 : false) })
  const file = query.data?.import
  const checked = file && `${file.state} ${file.wrongLines} ${file.notedLines}`
  useEffect(() => {
    void client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: TillImportService.method.listTillLines, cardinality: 'infinite' }) })
  }, [client, checked])
  const show = (next: TillImport | undefined) => {
    setMending(false)
    if (next) client.setQueryData(createConnectQueryKey({ schema: TillImportService.method.getTillImport, input: { importId: id }, cardinality: 'finite' }), (old: typeof query.data) => old && { ...old, import: next })
    void query.refetch()
  }
  const sub = file && [file.sourceName, file.sheet && t('till.sheet', { sheet: file.sheet, line: file.headerLine }), t('imports.byAt', { name: file.uploadedByName, time: formatTime(file.uploadTime, lang, zone) })].filter(Boolean).join(' · ')
  const columns = file && (file.state === TillState.MAPPING || (file.state === TillState.READY && mending))
  return (
    <div className="page">
      <Go to="/till-imports" className="back"><Icon name="left" size={16} />{t('menu.tillImports')}</Go>
      <PageHead title={file?.fileName ?? t('menu.tillImports')} sub={sub} />
      <Failure error={query.error} onRetry={() => void query.refetch()} />
      {!file && !query.error && <Bones rows={3} h={96} />}
      {file && <Steps file={file} />}
      {file && file.otherSheets.length > 0 && file.state !== TillState.DONE && <p className="notice calm"><Icon name="alert" size={18} />{t('till.otherSheets', { sheets: joinWords(file.otherSheets, lang) })}</p>}
      {columns && <TillColumns file={file} show={show} onClose={file.state === TillState.READY ? () => setMending(false) : undefined} />}
      {file && !columns && <Standing file={file} show={show} mend={() => setMending(true)} />}
      {file?.state === TillState.READY && !mending && query.data && <Days kind={file.kind} days={query.data.days} />}
      {file && !columns && (file.state === TillState.READY || (file.state === TillState.DONE && file.wrongLines + file.notedLines + file.changedLines + file.looseLines > 0)) && <TillLines key={file.state} file={file} />}
    </div>
  )
}

function Steps({ file }: { file: TillImport }) {
  const { t } = useTranslation()
  if (file.state === TillState.DISCARDED) return null
  const at = file.state <= TillState.READING || file.state === TillState.FAILED ? 0 : file.state === TillState.MAPPING ? 1 : file.state <= TillState.READY ? 2 : 3
  const past = (i: number) => i < at || file.state === TillState.DONE
  return (
    <ol className="import-steps">
      {(['upload', 'map', 'check', 'record'] as const).map((step, i) => (
        <li key={step} className={past(i) ? 'past' : undefined} aria-current={i === at ? 'step' : undefined}>
          {past(i) ? <Icon name="check" size={16} /> : <span>{i + 1}</span>}{t(`till.steps.${step}`)}
        </li>
      ))}
    </ol>
  )
}

/** Where the file stands, in a card, with the acts of that state. */
function Standing({ file, show, mend }: Shows & { mend(): void }) {
  const { t } = useTranslation()
  const total = file.lines - file.wrongLines
  switch (file.state) {
    case TillState.READING:
      return <section className="card pad"><Progress text={t('imports.reading', { count: file.lines })} note={t('imports.goOn')} /></section>
    case TillState.CHECKING:
      return <section className="card pad"><Progress text={t('imports.checking', { done: file.doneLines, total: file.lines })} share={file.doneLines / Math.max(1, file.lines)} note={t('imports.goOn')} /></section>
    case TillState.PUBLISHING:
      return <section className="card pad"><Progress text={t('till.recording', { done: file.doneLines, total })} share={file.doneLines / Math.max(1, total)} note={t('imports.goOn')} /></section>
    case TillState.READY:
      return <Ready file={file} show={show} mend={mend} />
    case TillState.DONE:
      return <Done file={file} />
    case TillState.FAILED:
      return <p className="notice" role="alert"><Icon name="alert" size={18} /><span><span lang="zh-CN">{file.fault}</span> <Go to="/till-imports">{t('imports.again')}</Go></span></p>
    case TillState.DISCARDED:
      return <p className="notice calm"><Icon name="cross" size={18} />{t('till.gone')}</p>
    default:
      return <section className="card pad stack"><p className="second">{t('till.half')}</p><Discard file={file} show={show} /></section>
  }
}

function Ready({ file, show, mend }: Shows & { mend(): void }) {
  const { t } = useTranslation()
  const publish = useMutation(TillImportService.method.publishTillImport, { onSuccess: (res) => show(res.import) })
  const count = file.lines - file.wrongLines
  return (
    <section className="card pad stack">
      <Failure error={publish.error} onClose={() => publish.reset()} />
      <dl className="import-figures">
        <div><dt>{t('imports.lines')}</dt><dd>{file.lines}</dd></div>
        <div><dt>{t('imports.noted', { count: '' })}</dt><dd>{file.notedLines}</dd></div>
        <div><dt>{t('imports.wrong', { count: '' })}</dt><dd className={file.wrongLines > 0 ? 'text-late' : undefined}>{file.wrongLines}</dd></div>
      </dl>
      <p className="second">{file.wrongLines > 0 ? t('till.mend') : t('till.allRight')}</p>
      <div className="actions import-acts">
        <Button type="primary" disabled={count === 0} loading={publish.isPending} onClick={() => publish.mutate({ importId: file.id, skipWrong: file.wrongLines > 0 })}>{t(file.wrongLines > 0 ? 'till.skip' : 'till.record', { count })}</Button>
        <Button onClick={mend}>{t('till.remap')}</Button>
        <Discard file={file} show={show} />
      </div>
    </section>
  )
}

function Discard({ file, show }: Shows) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  const discard = useMutation(TillImportService.method.discardTillImport, { onSuccess: (res) => show(res.import) })
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('imports.discard')}</Button>
      {asking && (
        <Dialog title={t('imports.discard')} onClose={() => setAsking(false)}>
          <div className="import-sure">
            <Failure error={discard.error} onClose={() => discard.reset()} />
            <p>{t('till.discardSure')}</p>
            <div className="actions import-acts">
              <Button danger loading={discard.isPending} onClick={() => discard.mutate({ importId: file.id })}>{t('imports.discard')}</Button>
              <Button onClick={() => setAsking(false)}>{t('imports.keep')}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  )
}

function Done({ file }: { file: TillImport }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const href = useHref()
  const bills = file.kind === TillKind.BILLS
  const mayRead = useCan(bills ? 'bill.read' : 'booking.read')
  const figures = [['fresh', file.newLines], ['changed', file.changedLines], ['same', file.sameLines], ['left', file.wrongLines], ...(bills ? [['loose', file.looseLines] as const] : [])] as const
  return (
    <section className="card pad stack">
      <p className="strong text-done"><Icon name="check" size={18} /> {t('till.done')}</p>
      <dl className="import-figures till-figures">
        {figures.map(([word, count]) => <div key={word}><dt>{t(`till.figures.${word}`)}</dt><dd className={word === 'left' && count > 0 ? 'text-late' : undefined}>{count}</dd></div>)}
      </dl>
      {file.looseLines > 0 && <p className="second">{t('till.looseText')}</p>}
      {mayRead && <div className="actions import-acts"><Button type="primary" onClick={() => void navigate(href(bills ? '/bills' : '/bookings'))}>{t(bills ? 'till.toBills' : 'till.toBookings')}</Button></div>}
    </section>
  )
}

function Days({ kind, days }: { kind: TillKind; days: TillDay[] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { stores } = useStores()
  if (days.length === 0) return null
  const name = (id: string) => stores.find((s) => s.id === id)?.name ?? ''
  return (
    <details className="card pad till-days" open={days.length <= 7}>
      <summary><b>{t('till.days', { count: days.length })}</b></summary>
      <ul className="till-days">
        {days.map((d) => (
          <li key={d.storeId + d.businessDate}>
            <span className="grow">{formatDate(d.businessDate, lang)} <span className="second">{name(d.storeId)}</span></span>
            <span className="num">{t(kind === TillKind.BILLS ? 'till.dayBills' : 'till.dayBookings', { count: d.count })}</span>
            {kind === TillKind.BILLS && <b className="num">{formatFen(d.sumFen)}</b>}
            {d.wrong > 0 && <span className="text-late num">{t('till.dayWrong', { count: d.wrong })}</span>}
          </li>
        ))}
      </ul>
    </details>
  )
}
