import { timestampMs } from '@bufbuild/protobuf/wkt'
import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { NumberKind, RevisionCause, type ReviewItem } from '@changke/gen/customer/v1/customer'
import { FieldKind, type TemplateField } from '@changke/gen/customer/v1/template'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from '../app/faults.ts'
import { useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { intoView, useLanguage, usePhone, useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, TimeLeft } from '../ui/parts.tsx'
import { Diff, useValue } from './Diff.tsx'
import { refused } from './FileForm.tsx'
import { keyOf, useLabel, useTemplate } from './form.ts'
import { Turn } from './Turn.tsx'
import { causeOf } from './words.ts'


/** One file under review, beside what held before: approve it, or mark fields with a reason and reject it. */
export function ReviewSheet({ item, onDecided }: { item: ReviewItem; onDecided(approved: boolean): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const phone = usePhone()
  const label = useLabel()
  const value = useValue()
  const { zone, nameOf } = useStores()
  const template = useTemplate(item.templateVersion)
  const words = useSaid()
  const [reasons, setReasons] = useState<Record<string, string>>({})
  const [marking, setMarking] = useState(false)
  const row = item.row
  const review = useMutation(CustomerService.method.reviewFile, { onSuccess: (_, input) => onDecided(Boolean(input.approve)) })
  const said = Object.entries(reasons).flatMap(([field, reason]) => (reason.trim() ? [{ field, reason: reason.trim() }] : []))
  const faulted = said.some((r) => r.field !== 'name')
  const findings = refused(review.error)
  // The server wants the reason at the name, whatever field it names itself.
  if (review.error && explain(review.error).reason === 'customer.name_refused') findings.name = { rule: 'CUS-06', message: explain(review.error).message }
  const decide = (approve: boolean) => {
    // What was marked is never lost to an approval: reasons go with it at the name only.
    if (!item.decidable || review.isPending || (approve && faulted)) return
    if (!approve && said.length === 0) {
      setMarking(true)
      return
    }
    review.mutate({ id: row?.id ?? '', approve, version: item.version, reasons: approve ? said.filter((r) => r.field === 'name') : said })
  }
  useEffect(() => {
    if (phone) return
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || (event.target as Element).closest('input,textarea,select,[role=dialog]')) return
      if (event.key === 'a') decide(true)
      if (event.key === 'r') setMarking(true)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  const line = (field: TemplateField) => {
    const key = keyOf(field.name)
    const insisted = field.kind === FieldKind.NAME && item.fields?.nameInsisted
    const phs = field.kind === FieldKind.NUMBER && item.fields?.numberKind === NumberKind.PHS
    const differs = item.changed.includes(field.name)
    const open = (marking && (field.required || value(field, item.fields) !== '')) || reasons[field.name] !== undefined || findings[key] || (insisted && item.decidable)
    return (
      <div key={field.name} className={[reasons[field.name]?.trim() && 'marked', differs && 'differs'].filter(Boolean).join(' ') || undefined}>
        <dt>{label(field)}</dt>
        <dd>
          {differs ? <Diff field={field} before={item.before} after={item.fields} /> : value(field, item.fields) || <span className="quiet">{t('file.notFilled')}</span>}
          {insisted && <> <Chip tone="soon">{t('review.insisted')}</Chip></>}
          {phs && <> <Chip tone="soon">{t('change.phs')}</Chip></>}
          {findings[key] && <p className="text-late small"><Icon name="alert" size={14} /> {findings[key].message}</p>}
          {open && (
            <Input
              className="reason"
              value={reasons[field.name] ?? ''}
              onChange={(e) => setReasons({ ...reasons, [field.name]: e.target.value })}
              placeholder={t(findings[key] || insisted ? 'review.acceptReason' : 'review.reasonHint')}
              aria-label={t('review.reasonFor', { field: label(field) })}
              maxLength={200}
              autoFocus={reasons[field.name] === '' && !marking}
            />
          )}
        </dd>
        {!open && item.decidable && <button type="button" className="mark" onClick={() => setReasons({ ...reasons, [field.name]: '' })} aria-label={t('review.reasonFor', { field: label(field) })}><Icon name="flag" size={16} />{t('review.mark')}</button>}
      </div>
    )
  }
  const fields = template?.fields.filter((f) => f.kind !== FieldKind.REFERRER) ?? []
  const changed = fields.filter((f) => item.changed.includes(f.name))
  const rest = fields.filter((f) => !item.changed.includes(f.name))
  const nameOfField = (name: string) => { const field = fields.find((f) => f.name === name); return field ? label(field) : name }
  const revised = item.cause !== RevisionCause.NEW && item.cause !== RevisionCause.UNSPECIFIED
  return (
    <section className="card review" aria-label={row?.name}>
      <header className="card-head">
        <div>
          <h2>{row?.name}</h2>
          <p className="sub">{t('review.by', { name: item.writerName, time: formatTime(item.submitTime, lang, zone), store: nameOf(row?.storeId ?? '') })}</p>
        </div>
        {item.dueTime && <TimeLeft due={timestampMs(item.dueTime)} />}
      </header>
      {revised && <p className="notice calm"><Icon name="swap" size={16} />{t(`change.why.${causeOf(item.cause)}`)} {changed.length > 0 ? t('change.differs', { count: changed.length }) : t('change.nothingDiffers')}</p>}
      {template && item.refusal && (
        <div className="notice" role="note">
          <Icon name="flag" size={16} />
          <div>
            <b>{item.refusal.time ? t('review.refusedBefore', { name: words(item.refusal.byName, item.refusal.byNameEn) || t('review.system'), time: formatTime(item.refusal.time, lang, zone) }) : t('review.begunFor')}</b>
            <ul>{item.refusal.reasons.map((r) => <li key={r.field}>{nameOfField(r.field)}{t('review.colon')}{r.reason}</li>)}</ul>
          </div>
        </div>
      )}
      {item.turn && <Turn turn={item.turn} />}
      {item.staffMatch && <p className="notice" role="note"><Icon name="alert" size={16} />{t('customer.staffMatch', { who: item.staffMatch })}</p>}
      {/* 退回 stands below the fields: how to mark them is said where they begin. */}
      {marking && <p className="notice" role="status" ref={intoView}><Icon name="flag" size={16} />{t('review.markHow')}</p>}
      {!template && <Bones rows={6} h={40} />}
      <dl className="sheet-fields">{changed.map(line)}{!revised && rest.map(line)}</dl>
      {revised && rest.length > 0 && <details className="same" open={marking || undefined}><summary>{t('change.same', { count: rest.length })}</summary><dl className="sheet-fields">{rest.map(line)}</dl></details>}
      <Failure error={review.error} />
      <div className="bottom-bar">
        {item.decidable ? (
          <>
            <p className="grow quiet small">{said.length > 0 ? t('review.marked', { count: said.length }) : !phone && t('review.keys')}</p>
            <div className="actions">
              <Button danger onClick={() => decide(false)} loading={review.isPending && !review.variables?.approve}>{marking || said.length > 0 ? t('review.rejectNow') : t('review.reject')}</Button>
              <Button type="primary" onClick={() => decide(true)} disabled={faulted} loading={review.isPending && Boolean(review.variables?.approve)}>{t('review.approve')}</Button>
            </div>
          </>
        ) : (
          <p className="second"><Icon name="lock" size={16} /> {t('review.ownText')}</p>
        )}
      </div>
    </section>
  )
}
