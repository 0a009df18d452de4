import { TillKind, type TillHeader, type TillImport, type TillMapping } from '@changke/gen/onboarding/v1/till_import'
import { TillImportService } from '@changke/gen/onboarding/v1/till_import_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Checkbox, Input } from 'antd'
import { useState, type ComponentProps } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { choiceOf, PersonPick } from '../staff/PersonPick.tsx'
import { useEverybody } from '../staff/useEverybody.ts'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Failure } from '../ui/parts.tsx'
import { LinesTable } from './TillLines.tsx'
import { neededFields, stateMeans, tillFields, withColumn, withWord } from './till.ts'

/** Which column is what, what words mean, and how the first lines read by it. */
export function TillColumns({ file, show, onClose }: { file: TillImport; show(next: TillImport | undefined): void; onClose?: () => void }) {
  const { data, error, refetch } = useQuery(TillImportService.method.getTillMapping, { importId: file.id }, { staleTime: Infinity, gcTime: 0 })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data?.mapping) return <Bones rows={4} h={72} />
  return <Form file={file} show={show} onClose={onClose} headers={data.headers} first={data.mapping} name={data.sourceName} />
}

const firstWord = (name: string) => name.trim().split(' ')[0]!.slice(0, 20)

interface FormOf { file: TillImport; show(next: TillImport | undefined): void; onClose?: () => void; headers: TillHeader[]; first: TillMapping; name: string }

function Form({ file, show, onClose, headers, first, name }: FormOf) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { stores } = useStores()
  const [m, setM] = useState<TillMapping>({ ...first, system: first.system || firstWord(name) })
  const [source, setSource] = useState(name)
  // A new source's system is the first word of its name, until one writes another; a known one's stays.
  const rename = (next: string) => {
    if (!first.system && m.system === firstWord(source)) change({ ...m, system: firstWord(next) })
    setSource(next)
  }
  const preview = useMutation(TillImportService.method.previewTillMapping)
  const save = useMutation(TillImportService.method.mapTillImport, { onSuccess: (res) => show(res.import) })
  const change = (next: TillMapping) => { setM(next); preview.reset(); save.reset() }
  const kind = file.kind === TillKind.BOOKINGS ? TillKind.BOOKINGS : TillKind.BILLS
  const headerOf = (field: string) => m.columns.find((c) => c.field === field)?.header ?? ''
  const means = (kind: string, text: string) => m.words.find((w) => w.kind === kind && w.text === text)?.means ?? ''
  const unknown = preview.data?.unknown ?? []
  const words = [...unknown, ...m.words.filter((w) => !unknown.some((u) => u.kind === w.kind && u.text === w.text))]
  return (
    <>
      <section className="card pad stack" aria-labelledby="till-map">
        <h2 id="till-map">{t('till.map')}</h2>
        <p className="second">{t('till.mapText')}</p>
        <ul className="till-map">
          {tillFields[kind].map((field) => {
            const header = headerOf(field)
            const at = headers.find((h) => h.header === header)
            const needed = neededFields.includes(field)
            return (
              <li key={field}>
                <label htmlFor={`till-${field}`}>{t(`till.fields.${kind === TillKind.BOOKINGS && field === 'date' ? 'visit_date' : field}`)}{needed && <span className="text-late" aria-hidden> *</span>}</label>
                <select id={`till-${field}`} className="native" required={needed} value={header} onChange={(e) => change(withColumn(m, field, e.target.value))}>
                  <option value="">{t(needed ? 'imports.pick' : 'till.none')}</option>
                  {headers.map((h) => <option key={h.letter} value={h.header}>{t('till.column', { letter: h.letter, header: h.header })}</option>)}
                </select>
                <span className="second small sample">{joinWords(at?.samples.slice(0, 2) ?? [], lang)}</span>
              </li>
            )
          })}
        </ul>
      </section>
      <section className="card pad stack">
        <div className="till-source">
          <label>{t('till.name')}<Input maxLength={40} value={source} onChange={(e) => rename(e.target.value)} /></label>
          <label>{t(kind === TillKind.BOOKINGS ? 'till.bookingSystem' : 'till.system')}<Input maxLength={20} value={m.system} onChange={(e) => change({ ...m, system: e.target.value })} /><span className="second small">{t(kind === TillKind.BOOKINGS ? 'till.bookingSystemText' : 'till.systemText')}</span></label>
          <label>{t('till.store')}
            <select className="native" value={m.storeId} onChange={(e) => change({ ...m, storeId: e.target.value })}>
              <option value="">{t('till.storeByColumn')}</option>
              {stores.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
            </select>
          </label>
          {kind === TillKind.BOOKINGS && (
            <div>
              <label htmlFor="till-instead">{t('till.booker')}</label>
              <BookerPick id="till-instead" storeId={m.storeId} value={m.bookerId} none={t('till.noBooker')} onChange={(bookerId) => change({ ...m, bookerId })} />
            </div>
          )}
        </div>
        <Checkbox checked={m.fen} onChange={(e) => change({ ...m, fen: e.target.checked })}>{t('till.fen')}</Checkbox>
        {kind === TillKind.BILLS && <Checkbox checked={m.wholeDays} onChange={(e) => change({ ...m, wholeDays: e.target.checked })}>{t('till.wholeDays')}</Checkbox>}
      </section>
      {words.length > 0 && (
        <section className="card pad stack" aria-labelledby="till-words">
          <h2 id="till-words">{t('till.words')}</h2>
          <p className="second">{t('till.wordsText')}</p>
          <ul className="import-texts">
            {words.map((w) => (
              <li key={w.kind + w.text}>
                <span className="quiet small kind">{t(`till.wordKinds.${w.kind as 'store'}`)}</span>
                <b style={{ overflowWrap: 'anywhere' }}>{w.text}</b>
                <span />
                {w.kind === 'booker' ? (
                  <BookerPick storeId={m.storeId} value={means(w.kind, w.text)} none={t('imports.pick')} label={w.text} onChange={(v) => setM(withWord(m, w.kind, w.text, v))} />
                ) : (
                  <select className="native" aria-label={w.text} value={means(w.kind, w.text)} onChange={(e) => setM(withWord(m, w.kind, w.text, e.target.value))}>
                    <option value="">{t('imports.pick')}</option>
                    {w.kind === 'store' ? stores.map((s) => <option key={s.id} value={s.id}>{s.name}</option>) : stateMeans[kind].map((s) => <option key={s} value={s}>{t(`till.lineStates.${s}`)}</option>)}
                  </select>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card pad stack" aria-live="polite">
        <Failure error={preview.error ?? save.error} onClose={() => { preview.reset(); save.reset() }} />
        {preview.data && <p className={preview.data.wrong > 0 ? 'text-late' : 'text-done'}>{t(preview.data.wrong > 0 ? 'till.previewWrong' : 'till.previewRight', { count: preview.data.lookedAt, wrong: preview.data.wrong })}</p>}
        <div className="actions import-acts">
          <Button loading={preview.isPending} onClick={() => preview.mutate({ importId: file.id, mapping: m })}>{t('till.preview')}</Button>
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate({ importId: file.id, mapping: m, sourceName: source })}>{t('till.save')}</Button>
          {onClose && <Button onClick={onClose}>{t('imports.keep')}</Button>}
        </div>
      </section>
      {preview.data && <LinesTable kind={kind} lines={preview.data.lines} name="till-preview" />}
    </>
  )
}

/** One of the staff, of the store if the file is one store's, for bookings that name nobody, or a name that is none of ours. */
function BookerPick({ storeId, ...pick }: { storeId: string } & Omit<ComponentProps<typeof PersonPick>, 'people'>) {
  const { people, error } = useEverybody({ storeId })
  return (
    <>
      <PersonPick {...pick} people={people.map(choiceOf)} />
      <Failure error={error} />
    </>
  )
}
