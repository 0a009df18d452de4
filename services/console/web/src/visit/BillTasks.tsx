import type { BillRecord, ListBillTasksResponse } from '@changke/gen/visit/v1/bill_desk_service'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatDate, formatFen, formatTime, joinWords } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Chip, Empty, Go } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import { billPath } from './bills.ts'
import { Proposals } from './Proposals.tsx'
import { mealKey } from './words.ts'

/** 待处理: bills that wait for a person, refunds without their bill, finished bookings with neither notice nor bill. */
export function BillTasks({ tasks, onDone }: { tasks: ListBillTasksResponse; onDone(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const { zone } = useStores()
  if (tasks.waiting.length + tasks.parked.length + tasks.incomplete.length === 0) return <div className="card"><Empty icon="check" title={t('bill.clear')} text={t('bill.clearText')} /></div>
  return (
    <>
      {tasks.parked.length > 0 && (
        <Section title={t('bill.parked')} count={tasks.parked.length} text={t('bill.parkedText')}>
          {tasks.parked.map((b) => (
            <li key={b.source + b.billNo}>
              <Go to={billPath(b)} className="bill-line"><span className="grow"><b>{t('bill.parkedLine', { no: b.refundOf })}</b> <Chip tone="late">{t('bill.parkedChip')}</Chip><small className="quiet">{b.source} {b.billNo} · {t('bill.recorded', { time: formatTime(b.recordTime, lang, zone) })}</small></span><span className="num">{formatFen(b.amountFen)}</span></Go>
            </li>
          ))}
        </Section>
      )}
      {tasks.waiting.length > 0 && (
        <Section title={t('bill.waiting')} count={tasks.waiting.length} text={t('bill.waitingText')}>
          {tasks.waiting.map(({ bill: b, proposals }) => b && (
            <li key={b.source + b.billNo}>
              <Go to={billPath(b)} className="bill-line"><BillHead bill={b} /></Go>
              <p className="second small"><RuleText>{said(b.explained, b.explainedEn)}</RuleText></p>
              <Proposals bill={b} proposals={proposals} onDone={onDone} />
            </li>
          ))}
        </Section>
      )}
      {tasks.incomplete.length > 0 && (
        <Section title={t('bill.incomplete')} count={tasks.incomplete.length} text={t('bill.incompleteText')}>
          {tasks.incomplete.map((b) => (
            <li key={b.id}>
              <Go to={`/bookings?date=${b.businessDate}&booking=${b.id}`} className="bill-line">
                <span className="grow"><b>{formatDate(b.businessDate, lang)} {t(`meal.${mealKey(b.mealPeriod)}`)} · {joinWords(b.places.map((p) => p.name), lang) || t('booking.noRoom')}</b>
                  <small className="quiet">{[b.guestName, b.maskedNumber || t('bill.noGuest'), t('booking.by', { name: b.bookerName })].filter(Boolean).join(' · ')}</small></span>
                <span className="small linklike">{t('bill.toBooking')}</span>
              </Go>
            </li>
          ))}
        </Section>
      )}
    </>
  )
}

/** What a bill is, in a line. */
export function BillHead({ bill: b }: { bill: BillRecord }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  return (
    <>
      <span className="grow"><b>{formatDate(b.businessDate, lang)} {t(`meal.${mealKey(b.mealPeriod)}`)} · {b.tableName || t('bill.noTable')}</b>
        <small className="quiet">{b.source} {b.billNo} · {b.maskedNumber || t(b.numberKnown ? 'bill.notVip' : 'bill.noGuest')}</small></span>
      <span className="num">{formatFen(b.amountFen)}</span>
    </>
  )
}

function Section({ title, count, text, children }: { title: string; count: number; text: string; children: ReactNode }) {
  return (
    <section className="card bill-tasks">
      <div className="card-head"><h2>{title} <span className="quiet">{count}</span></h2></div>
      <p className="second small lead"><RuleText>{text}</RuleText></p>
      <ul>{children}</ul>
    </section>
  )
}
