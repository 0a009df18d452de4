import { StaffImportService, type ImportFinding, type StaffImport } from '@changke/gen/staff/v1/import_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'
import { saveWorkbook } from '../ui/save.ts'
import { Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import { useRefresh } from './people.ts'
import './people.css'

/** 批量导入员工: template, upload, report line by line, publish. */
export default function ImportStaff() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const refresh = useRefresh()
  const picker = useRef<HTMLInputElement>(null)
  const [shown, setShown] = useState<StaffImport>()
  const [unread, setUnread] = useState('')
  const staged = useQuery(StaffImportService.method.getStaffImport, {})
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: StaffImportService.method.getStaffImport, cardinality: 'finite' }) })
  const template = useMutation(StaffImportService.method.getStaffTemplate, { onSuccess: ({ file, fileName }) => saveWorkbook(file, fileName) })
  const upload = useMutation(StaffImportService.method.uploadStaff, { onSuccess: (res) => { setShown(res.import); void reload() } })
  const publish = useMutation(StaffImportService.method.publishStaff, { onSuccess: (res) => { setShown(res.import); void reload(); void refresh() } })
  const discard = useMutation(StaffImportService.method.discardStaff, { onSuccess: () => { setShown(undefined); void reload() } })
  const imp = shown ?? staged.data?.import
  const pick = async (file: File | undefined) => {
    setUnread('')
    if (!file) return
    if (file.size > 700_000) {
      setUnread(t('people.import.tooLarge'))
      return
    }
    publish.reset()
    upload.mutate({ fileName: file.name, file: new Uint8Array(await file.arrayBuffer()) })
  }
  const published = imp?.publishTime !== undefined
  return (
    <div className="page">
      <Go to="/staff" className="back"><Icon name="left" size={16} />{t('menu.staff')}</Go>
      <PageHead title={t('people.import.title')} sub={t('people.import.lead')}>
        <Button loading={template.isPending} onClick={() => template.mutate({})} icon={<Icon name="file" size={16} />}>{t('people.import.template')}</Button>
        <Button type="primary" loading={upload.isPending} onClick={() => picker.current?.click()}>{t(imp ? 'people.import.again' : 'people.import.upload')}</Button>
      </PageHead>
      <input ref={picker} type="file" accept=".xlsx,.csv" hidden aria-label={t('people.import.upload')} onChange={(e) => { void pick(e.target.files?.[0]); e.target.value = '' }} />
      {unread && <p className="notice" role="alert"><Icon name="alert" size={18} />{unread}</p>}
      <Failure error={staged.error} onRetry={() => void staged.refetch()} />
      <Failure error={template.error ?? upload.error ?? publish.error ?? discard.error} />
      {!imp && !staged.error && !upload.error && (
        <div className="card"><Empty icon="file" title={t('people.import.empty')} text={t('people.import.emptyText')}><Button onClick={() => template.mutate({})}>{t('people.import.template')}</Button></Empty></div>
      )}
      {imp && (
        <section className="card">
          <div className="card-head">
            <h2>{imp.fileName}</h2>
            {published ? <Chip tone="done">{t('people.import.done')}</Chip> : imp.errors > 0 ? <Chip tone="late">{t('people.import.errors', { count: imp.errors })}</Chip> : <Chip tone="accent">{t('people.import.ready')}</Chip>}
          </div>
          <div className="card-body stack">
            <p>{t(published ? 'people.import.summaryDone' : 'people.import.summary', { rows: imp.rows, fresh: imp.fresh, known: imp.known })}</p>
            {imp.errors > 0 && <p className="second">{t('people.import.mend')}</p>}
            {!published && imp.errors === 0 && (
              <div className="actions">
                <Button type="primary" disabled={imp.fresh === 0} loading={publish.isPending} onClick={() => publish.mutate({ importId: imp.id })}>{t('people.import.publish', { count: imp.fresh })}</Button>
                <Button loading={discard.isPending} onClick={() => discard.mutate({ importId: imp.id })}>{t('people.import.discard')}</Button>
              </div>
            )}
            {!published && imp.errors > 0 && imp.id && <div className="actions"><Button loading={discard.isPending} onClick={() => discard.mutate({ importId: imp.id })}>{t('people.import.discard')}</Button></div>}
            {published && <div className="actions"><Go to="/staff?show=noAccount">{t('people.import.toAccounts')}</Go></div>}
          </div>
          {imp.findings.length > 0 && <Findings imp={imp} onMended={(next) => { setShown(next); void reload() }} />}
          {imp.errors === 0 && imp.lines.length > 0 && <Lines imp={imp} />}
        </section>
      )}
    </div>
  )
}

function Findings({ imp, onMended }: { imp: StaffImport; onMended(next: StaffImport | undefined): void }) {
  const { t } = useTranslation()
  return (
    <ul className="staff-lines staff-findings">
      {imp.findings.map((f, i) => (
        <li key={`${f.line} ${f.column} ${f.reason} ${i}`}>
          <span className="row"><Chip tone={f.note ? 'calm' : 'late'}>{t('people.import.line', { line: f.line })}</Chip>{f.column && <b lang="zh-CN">{f.column}</b>}<span lang="zh-CN">{f.reason}</span></span>
          <span className="second small" lang="zh-CN">{f.mend}</span>
          {!f.note && f.column && imp.id && <Mend imp={imp} finding={f} onMended={onMended} />}
        </li>
      ))}
    </ul>
  )
}

// A cell is mended where it was found to be wrong.
function Mend({ imp, finding: f, onMended }: { imp: StaffImport; finding: ImportFinding; onMended(next: StaffImport | undefined): void }) {
  const { t } = useTranslation()
  const [value, setValue] = useState(f.value)
  const mend = useMutation(StaffImportService.method.mendStaff, { onSuccess: (res) => onMended(res.import) })
  return (
    <form className="row mend" onSubmit={(e) => { e.preventDefault(); mend.mutate({ importId: imp.id, line: f.line, cells: [{ column: f.column, value: value.trim() }] }) }} noValidate>
      <Input aria-label={t('people.import.cell', { line: f.line, column: f.column })} value={value} maxLength={100} autoComplete="off" onChange={(e) => setValue(e.target.value)} />
      <Button htmlType="submit" loading={mend.isPending} disabled={value === f.value && value !== ''}>{t('people.import.mendCell')}</Button>
      <Failure error={mend.error} onClose={() => mend.reset()} />
    </form>
  )
}

function Lines({ imp }: { imp: StaffImport }) {
  const { t } = useTranslation()
  return (
    <ul className="staff-lines staff-findings">
      {imp.lines.map((l) => (
        <li key={l.line}>
          <span className="row"><span className="quiet mono">{l.line}</span><b>{l.name}</b><span className="mono quiet">{l.staffNo}</span><span lang="zh-CN">{l.position}</span><span className="quiet">{l.storeCode || t('staff.office')}</span></span>
          {l.known ? <Chip>{t('people.import.knownLine')}</Chip> : <span className="second small">{l.maskedPhone}</span>}
        </li>
      ))}
      {imp.rows > imp.lines.length && <li className="quiet small">{t('people.import.moreLines', { count: imp.rows - imp.lines.length })}</li>}
    </ul>
  )
}
