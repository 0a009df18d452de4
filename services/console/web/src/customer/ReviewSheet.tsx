import { timestampMs } from '@bufbuild/protobuf/wkt'
import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { NumberKind, Sex, type ReviewItem } from '@changke/gen/customer/v1/customer'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { explain } from '../app/faults.ts'
import { useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage, usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure, TimeLeft } from '../ui/parts.tsx'
import { formatAnniversaries, formatDay } from './days.ts'
import { refused } from './FileForm.tsx'
import { Turn } from './Turn.tsx'
import { fieldOrder, type FieldName } from './words.ts'

/** One file under review: approve it, or mark fields with a reason and reject it. */
export function ReviewSheet({ item, onDecided }: { item: ReviewItem; onDecided(approved: boolean): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const phone = usePhone()
  const { zone, nameOf } = useStores()
  const [reasons, setReasons] = useState<Partial<Record<FieldName, string>>>({})
  const [marking, setMarking] = useState(false)
  const row = item.row
  const review = useMutation(CustomerService.method.reviewFile, { onSuccess: (_, input) => onDecided(Boolean(input.approve)) })
  const said = fieldOrder.flatMap(([snake, camel]) => (reasons[camel]?.trim() ? [{ field: snake, reason: reasons[camel].trim() }] : []))
  const findings = refused(review.error)
  // The server wants the reason at the name, whatever field it names itself.
  if (review.error && explain(review.error).reason === 'customer.name_refused') findings.name = { rule: 'CUS-06', message: explain(review.error).message }
  const decide = (approve: boolean) => {
    if (!item.decidable || review.isPending) return
    if (!approve && said.length === 0) {
      setMarking(true)
      return
    }
    review.mutate({ id: row?.id ?? '', approve, reasons: approve ? said.filter((r) => r.field === 'name') : said })
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
  const show = (name: FieldName): string => {
    const value = item.fields?.[name]
    if (name === 'sex') return value === Sex.MALE ? t('file.male') : value === Sex.FEMALE ? t('file.female') : ''
    if (name === 'birthday') return formatDay(item.fields?.birthdayDay, lang)
    if (name === 'weddingDay' || name === 'companyDay') return formatDay(item.fields?.[name], lang)
    if (name === 'anniversaries') return formatAnniversaries(item.fields?.anniversaries ?? [], lang)
    if (name === 'consent') return value ? t('file.consentYes') : t('file.consentNo')
    if (name === 'number') return item.fields?.number || row?.maskedNumber || ''
    return String(value ?? '')
  }
  return (
    <section className="card review" aria-label={row?.name}>
      <header className="card-head">
        <div>
          <h2>{row?.name}</h2>
          <p className="sub">{t('review.by', { name: item.writerName, time: formatTime(item.submitTime, lang, zone), store: nameOf(row?.storeId ?? '') })}</p>
        </div>
        {item.dueTime && <TimeLeft due={timestampMs(item.dueTime)} />}
      </header>
      {item.turn && <Turn turn={item.turn} />}
      {item.staffMatch && <p className="notice" role="note"><Icon name="alert" size={16} />{t('customer.staffMatch', { who: item.staffMatch })}</p>}
      {marking && <p className="notice"><Icon name="flag" size={16} />{t('review.markHow')}</p>}
      <dl className="sheet-fields">
        {fieldOrder.map(([, name]) => {
          const text = show(name)
          const insisted = name === 'name' && item.fields?.nameInsisted
          const open = marking || reasons[name] !== undefined || findings[name] || (insisted && item.decidable)
          return (
            <div key={name} className={reasons[name]?.trim() ? 'marked' : undefined}>
              <dt>{t(`file.${name}`)}</dt>
              <dd>{text || <span className="quiet">{t('file.notFilled')}</span>}
                {name === 'number' && item.fields?.numberKind === NumberKind.PHS && <p className="text-soon small"><Icon name="alert" size={14} /> {t('file.phsPicked')}</p>}
                {insisted && <> <Chip tone="soon">{t('review.insisted')}</Chip></>}
                {findings[name] && <p className="text-late small"><Icon name="alert" size={14} /> {findings[name].message}</p>}
                {open && (
                  <Input
                    className="reason"
                    value={reasons[name] ?? ''}
                    onChange={(e) => setReasons({ ...reasons, [name]: e.target.value })}
                    placeholder={t(findings[name] || insisted ? 'review.acceptReason' : 'review.reasonHint')}
                    aria-label={t('review.reasonFor', { field: t(`file.${name}`) })}
                    maxLength={200}
                  />
                )}
              </dd>
              {!open && item.decidable && <button type="button" className="mark" onClick={() => setReasons({ ...reasons, [name]: '' })} aria-label={t('review.reasonFor', { field: t(`file.${name}`) })}><Icon name="flag" size={16} />{t('review.mark')}</button>}
            </div>
          )
        })}
      </dl>
      <Failure error={review.error} />
      <div className="bottom-bar">
        {item.decidable ? (
          <>
            <p className="grow quiet small">{said.length > 0 ? t('review.marked', { count: said.length }) : !phone && t('review.keys')}</p>
            <div className="actions">
              <Button danger onClick={() => decide(false)} loading={review.isPending && !review.variables?.approve}>{marking || said.length > 0 ? t('review.rejectNow') : t('review.reject')}</Button>
              <Button type="primary" onClick={() => decide(true)} loading={review.isPending && Boolean(review.variables?.approve)}>{t('review.approve')}</Button>
            </div>
          </>
        ) : (
          <p className="second"><Icon name="lock" size={16} /> {t('review.ownText')}</p>
        )}
      </div>
    </section>
  )
}
