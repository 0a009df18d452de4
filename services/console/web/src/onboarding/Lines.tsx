import { ImportState, LineGrade, type CustomerImport, type ImportLine, type LineRemark } from '@changke/gen/onboarding/v1/onboarding'
import { CustomerImportService } from '@changke/gen/onboarding/v1/onboarding_service'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { DataList, type Column } from '../ui/DataList.tsx'
import { Chip, Choices, Empty, Failure } from '../ui/parts.tsx'

const grades: Record<string, LineGrade> = { wrong: LineGrade.WRONG, noted: LineGrade.NOTED, all: LineGrade.UNSPECIFIED }

/** The report, line by line: wrong ones first to see, the others one tap away. */
export function Lines({ list }: { list: CustomerImport }) {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const first = list.wrongLines > 0 ? 'wrong' : 'all'
  const over = list.state === ImportState.DONE // only what was left out is still there, without its content
  const grade = over ? 'wrong' : params.get('show') ?? first
  const lines = useInfiniteQuery(
    CustomerImportService.method.listImportLines,
    { importId: list.id, grade: grades[grade] ?? LineGrade.UNSPECIFIED, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData, staleTime: 0 },
  )
  const filters = [
    { value: 'wrong', label: t('imports.wrong', { count: list.wrongLines }) },
    { value: 'noted', label: t('imports.noted', { count: list.notedLines }) },
    { value: 'all', label: t('imports.all') },
  ]
  const line: Column<ImportLine> = { key: 'line', title: t('imports.line'), num: true, cell: (l) => l.line }
  const remarks: Column<ImportLine> = { key: 'remarks', title: t('imports.remarks'), cell: (l) => <Remarks line={l} /> }
  const columns: Column<ImportLine>[] = over ? [line, remarks] : [
    line,
    { key: 'guest', title: t('imports.guest'), cell: (l) => <span className="nowrap"><b>{l.maskedName}</b> <span className="second">{l.maskedPhone}</span></span> },
    { key: 'store', title: t('imports.store'), cell: (l) => l.store },
    { key: 'staff', title: t('imports.staff'), cell: (l) => l.staff },
    remarks,
  ]
  return (
    <section className="stack" aria-label={t('imports.remarks')}>
      {!over && <Choices param="show" look="segments" label={t('imports.show')} values={first === 'wrong' ? filters : [filters[2]!, filters[1]!, filters[0]!]} />}
      <Failure error={lines.error} onRetry={() => void lines.refetch()} />
      {!lines.error && (
        <DataList
          name="import-lines"
          columns={columns}
          rows={lines.data?.pages.flatMap((page) => page.lines)}
          rowKey={(l) => String(l.line)}
          card={(l) => (
            <div className="stack" style={{ gap: 6 }}>
              <span className="row"><span className="quiet">{t('people.import.line', { line: l.line })}</span><b>{l.maskedName}</b><span className="second">{l.maskedPhone}</span></span>
              <Remarks line={l} />
            </div>
          )}
          empty={<Empty icon="check" title={t('imports.none')} text={t('imports.noneText')} />}
          more={{ has: lines.hasNextPage, busy: lines.isFetchingNextPage, load: () => void lines.fetchNextPage() }}
        />
      )}
    </section>
  )
}

function Remarks({ line }: { line: ImportLine }) {
  const { t } = useTranslation()
  if (line.remarks.length === 0) return <Chip tone="done">{t('imports.right')}</Chip>
  return <ul className="import-remarks">{line.remarks.map((r, i) => <li key={i}><Remark of={r} /></li>)}</ul>
}

function Remark({ of: r }: { of: LineRemark }) {
  const { t } = useTranslation()
  return (
    <>
      <span className="row">
        <Chip tone={r.wrong ? 'late' : 'calm'}>{r.letter ? t('imports.column', { letter: r.letter, column: r.column }) : r.column || t('imports.incomplete')}</Chip>
        <span lang="zh-CN">{r.reason}</span>
      </span>
      {r.mend && <span className="second small" lang="zh-CN" style={{ display: 'block' }}>{r.mend}</span>}
    </>
  )
}
