import { AuditService, ExportFormat, type LineFilter } from '@changke/gen/audit/v1/audit_service'
import { createClient } from '@connectrpc/connect'
import { useTransport } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../ui/format.ts'
import { Failure } from '../ui/parts.tsx'

/** Exports what the filter shows, page by page, with how far it has come; it can be stopped. */
export function Export({ filter }: { filter: LineFilter }) {
  const { t } = useTranslation()
  const transport = useTransport()
  const [at, setAt] = useState<{ rows: number; total: number }>()
  const [error, setError] = useState<unknown>()
  const stop = useRef<AbortController>(undefined)
  const run = async (format: ExportFormat) => {
    const client = createClient(AuditService, transport)
    const abort = new AbortController()
    stop.current = abort
    setError(undefined)
    setAt({ rows: 0, total: 0 })
    try {
      const parts: BlobPart[] = []
      let [rows, total, pageToken] = [0, 0, '']
      do {
        const page = await client.exportLines({ format, filter, pageToken }, { signal: abort.signal })
        parts.push(page.data as Uint8Array<ArrayBuffer>)
        rows += page.rows
        total ||= Number(page.total)
        pageToken = page.nextPageToken
        setAt({ rows, total: Math.max(total, rows) })
      } while (pageToken)
      const csv = format === ExportFormat.CSV
      save(new Blob(parts, { type: csv ? 'text/csv;charset=utf-8' : 'application/x-ndjson' }), `audit-${new Date().toISOString().slice(0, 10)}.${csv ? 'csv' : 'jsonl'}`)
    } catch (failed) {
      if (!abort.signal.aborted) setError(failed)
    }
    setAt(undefined)
  }
  return (
    <>
      {at ? (
        <>
          <span className="audit-progress" role="status">
            <progress value={at.rows} max={at.total || 1} aria-label={t('audit.exporting')} />
            <span className="small">{at.total ? t('audit.exported', { rows: formatCount(at.rows), total: formatCount(at.total) }) : t('audit.exporting')}</span>
          </span>
          <Button onClick={() => stop.current?.abort()}>{t('audit.stop')}</Button>
        </>
      ) : (
        <>
          <Button onClick={() => void run(ExportFormat.CSV)}>{t('audit.exportCsv')}</Button>
          <Button onClick={() => void run(ExportFormat.JSON_LINES)}>{t('audit.exportJson')}</Button>
        </>
      )}
      <Failure error={error} onClose={() => setError(undefined)} />
    </>
  )
}

function save(file: Blob, name: string) {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
