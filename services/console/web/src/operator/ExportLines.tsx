import { ExportState, type Export } from '@changke/gen/operator/v1/operator'
import { Button, Progress } from 'antd'
import { useTranslation } from 'react-i18next'
import { formatCount, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip, type Tone } from '../ui/parts.tsx'
import './operator.css'

const words = { [ExportState.QUEUED]: 'queued', [ExportState.RUNNING]: 'running', [ExportState.READY]: 'ready', [ExportState.FAILED]: 'failed', [ExportState.EXPIRED]: 'expired' } as const
const tones: Partial<Record<ExportState, Tone>> = { [ExportState.READY]: 'done', [ExportState.FAILED]: 'late', [ExportState.RUNNING]: 'accent', [ExportState.QUEUED]: 'accent' }

/** Whether one of the exports is on its way, so that the list should be asked for again. */
export function moving(exports: Export[] | undefined): boolean {
  return exports?.some((e) => (e.state === ExportState.QUEUED || e.state === ExportState.RUNNING) && !e.stalled) ?? false
}

/** Exports with their progress, newest first. */
export function ExportLines({ exports, busy, onDownload, zone }: { exports: Export[]; busy: boolean; onDownload(e: Export): void; zone?: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (
    <ul className="desk-lines">
      {exports.map((e) => (
        <li key={e.id}>
          <div className="grow">
            <b className="nowrap">{formatTime(e.requestTime, lang, zone)}</b> <span className="second">{e.byOperator ? t('operator.byOperator') : e.requestedBy || t('operator.byAdmin')}</span>
            {e.state === ExportState.RUNNING && <Progress percent={Math.round((100 * e.tablesDone) / Math.max(1, e.tablesTotal))} size="small" showInfo={false} aria-label={t('operator.exportStates.running')} />}
            {e.state === ExportState.RUNNING && <p className="small">{t('operator.progress', { done: e.tablesDone, total: e.tablesTotal, rows: formatCount(e.rowsDone) })}</p>}
            {e.stalled && <p className="small text-late">{t('operator.stalled')}</p>}
            {e.state === ExportState.READY && <p className="small">{size(e.bytes)} · {t('operator.until', { time: formatTime(e.expireTime, lang, zone) })}</p>}
            {e.state === ExportState.READY && <details className="small"><summary>SHA-256</summary><span className="mono">{e.sha256}</span></details>}
          </div>
          <Chip tone={tones[e.state] ?? 'calm'}>{e.state === ExportState.UNSPECIFIED ? '' : t(`operator.exportStates.${words[e.state]}`)}</Chip>
          {e.state === ExportState.READY && <Button loading={busy} onClick={() => onDownload(e)}>{t('operator.download')}</Button>}
        </li>
      ))}
    </ul>
  )
}

function size(bytes: bigint): string {
  const n = Number(bytes)
  return n < 1e6 ? `${(n / 1e3).toFixed(1)} kB` : n < 1e9 ? `${(n / 1e6).toFixed(1)} MB` : `${(n / 1e9).toFixed(2)} GB`
}
