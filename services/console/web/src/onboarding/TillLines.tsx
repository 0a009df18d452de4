import { LineGrade } from '@changke/gen/onboarding/v1/onboarding'
import { TillKind, TillState, type TillImport, type TillLine, type TillRemark } from '@changke/gen/onboarding/v1/till_import'
import { TillImportService } from '@changke/gen/onboarding/v1/till_import_service'
import { useInfiniteQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatDate, formatFen } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Chip, Choices, Empty, Failure } from '../ui/parts.tsx'
import { mealKey } from '../visit/words.ts'

const grades: Record<string, LineGrade> = { wrong: LineGrade.WRONG, noted: LineGrade.NOTED, all: LineGrade.UNSPECIFIED }

/** What there is to say of a file, line by line: wrong ones first. */
export function TillLines({ file }: { file: TillImport }) {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const over = file.state === TillState.DONE
  const first = file.wrongLines > 0 ? 'wrong' : over ? 'noted' : 'all'
  const grade = params.get('show') ?? first
  const lines = useInfiniteQuery(
    TillImportService.method.listTillLines,
    { importId: file.id, grade: grades[grade] ?? LineGrade.UNSPECIFIED, pageSize: 50, pageToken: '' },
    { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined, placeholderData: keepPreviousData, staleTime: 0 },
  )
  const filters = [
    { value: 'wrong', label: t('imports.wrong', { count: file.wrongLines }) },
    { value: 'noted', label: t('till.noted') },
    ...(over ? [] : [{ value: 'all', label: t('imports.all') }]),
  ]
  const order = filters.sort((a, b) => Number(b.value === first) - Number(a.value === first))
  return (
    <section className="stack" aria-label={t('imports.remarks')}>
      <Choices param="show" look="segments" label={t('imports.show')} values={order} />
      <Failure error={lines.error} onRetry={() => void lines.refetch()} />
      {!lines.error && (
        <LinesTable
          kind={file.kind}
          name="till-lines"
          over={over}
          lines={lines.data?.pages.flatMap((page) => page.lines)}
          more={{ has: lines.hasNextPage, busy: lines.isFetchingNextPage, load: () => void lines.fetchNextPage() }}
        />
      )}
    </section>
  )
}

/** Lines of a file as they are understood. */
export function LinesTable({ kind, lines, name, over, more }: { kind: TillKind; lines: TillLine[] | undefined; name: string; over?: boolean; more?: { has: boolean; busy: boolean; load(): void } }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const when = (l: TillLine) => [l.businessDate && formatDate(l.businessDate, lang), l.mealPeriod > 0 && t(`meal.${mealKey(l.mealPeriod)}`), l.time].filter(Boolean).join(' ')
  const amount = (l: TillLine) => (l.amountFen === 0n && l.remarks.some((r) => r.wrong) ? '–' : formatFen(l.amountFen))
  const line: Column<TillLine> = { key: 'line', title: t('imports.line'), num: true, cell: (l) => l.line }
  const remarks: Column<TillLine> = { key: 'remarks', title: t('imports.remarks'), cell: (l) => <Remarks line={l} over={over} /> }
  const columns: Column<TillLine>[] = over ? [line, remarks] : [
    line,
    { key: 'no', title: t(kind === TillKind.BILLS ? 'till.fields.bill_no' : 'till.fields.ref'), cell: (l) => <b>{l.no || '–'}</b> },
    { key: 'store', title: t('till.fields.store'), cell: (l) => l.store || '–' },
    { key: 'when', title: t('till.when'), cell: (l) => <span className="nowrap">{when(l) || '–'}</span> },
    ...(kind === TillKind.BILLS ? [{ key: 'amount', title: t('till.fields.amount'), num: true, cell: amount }] : []),
    { key: 'state', title: t('till.fields.state'), cell: (l) => (l.state ? t(`till.lineStates.${l.state as 'paid'}`) : '–') },
    { key: 'phone', title: t('till.fields.number'), cell: (l) => <span className="second nowrap">{l.maskedPhone || '–'}</span> },
    remarks,
  ]
  return (
    <DataList
      name={name}
      columns={columns}
      rows={lines}
      rowKey={(l) => String(l.line)}
      card={(l) => (
        <div className="stack" style={{ gap: 6 }}>
          <span className="row"><span className="quiet">{t('people.import.line', { line: l.line })}</span><b style={{ flex: 1 }}>{l.no}</b>{!over && kind === TillKind.BILLS && <span className="num">{amount(l)}</span>}</span>
          {!over && <span className="second small">{[when(l), l.store, l.state && t(`till.lineStates.${l.state as 'paid'}`), l.maskedPhone].filter(Boolean).join(' · ')}</span>}
          <Remarks line={l} over={over} />
        </div>
      )}
      empty={<Empty icon="check" title={t('imports.none')} text={t('imports.noneText')} />}
      more={more ?? { has: false, busy: false, load: () => undefined }}
    />
  )
}

function Remarks({ line, over }: { line: TillLine; over?: boolean }) {
  const { t } = useTranslation()
  if (line.remarks.length === 0) return over ? null : <Chip tone="done">{t('imports.right')}</Chip>
  return <ul className="import-remarks">{line.remarks.map((r, i) => <li key={i}><Remark of={r} /></li>)}</ul>
}

function Remark({ of: r }: { of: TillRemark }) {
  const { t } = useTranslation()
  return (
    <>
      <span className="row">
        <Chip tone={r.wrong ? 'late' : 'calm'}>{r.letter ? t('imports.column', { letter: r.letter, column: r.column }) : t(r.wrong ? 'till.whole' : 'till.note')}</Chip>
        <span lang="zh-CN">{r.reason}</span>
      </span>
      {r.mend && <span className="second small" lang="zh-CN" style={{ display: 'block' }}>{r.mend}</span>}
    </>
  )
}
