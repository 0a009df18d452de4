import { BillDeskService, BillLinkWay, type BillLinking, type BillRevision } from '@changke/gen/visit/v1/bill_desk_service'
import type { BillLine } from '@changke/gen/visit/v1/bill_service'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useCan, useStores } from '../app/me.tsx'
import { formatDate, formatFen, formatTime } from '../ui/format.ts'
import { useLanguage, useSaid } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Failure, Go, PageHead, useFlash } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import { billPath, billStatus, counts, linkReasons, quantity } from './bills.ts'
import { Marks } from './Bills.tsx'
import { Proposals } from './Proposals.tsx'
import { mealKey } from './words.ts'
import './bills.css'

/** A bill: where it belongs and why, what was sold, and its life, revision by revision. */
export default function BillPage() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const said = useSaid()
  const { source = '', no = '' } = useParams()
  const { store, zone } = useStores()
  const may = useCan('bill.link')
  const [flash, mark] = useFlash()
  const [choosing, setChoosing] = useState(false)
  const { data, error, refetch } = useQuery(BillDeskService.method.getBill, { storeId: store?.id ?? '', source, billNo: no }, { enabled: store !== undefined })
  const b = data?.bill
  const waits = b?.linkWay === BillLinkWay.WAITING
  return (
    <div className="page bills">
      <Go to="/bills" className="back"><Icon name="left" size={16} />{t('bill.back')}</Go>
      <PageHead title={b ? `${b.tableName || t('bill.noTable')} · ${formatFen(b.amountFen)}` : no} sub={b && `${formatDate(b.businessDate, lang)} ${t(`meal.${mealKey(b.mealPeriod)}`)} · ${b.source} ${b.billNo}`}>{flash}</PageHead>
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={4} h={96} />}
      {data && b && (
        <>
          <section className="card pad stack">
            <Marks bill={b} />
            {b.afterMonth && <p className="second"><Icon name="clock" size={16} /> <RuleText>{t('bill.lateText')}</RuleText></p>}
            {b.refundOf && <p><Go to={billPath({ source: b.source, billNo: b.refundOf })}>{t('bill.refundOf', { no: b.refundOf })}</Go></p>}
            {b.mergedInto && <p><Go to={billPath({ source: b.source, billNo: b.mergedInto })}>{t('bill.mergedInto', { no: b.mergedInto })}</Go></p>}
            {b.splitFrom && <p><Go to={billPath({ source: b.source, billNo: b.splitFrom })}>{t('bill.splitFrom', { no: b.splitFrom })}</Go></p>}
            <p>{b.fileId ? <Go to={`/customers/${b.fileId}?tab=visits`}><span className="mono">{b.maskedNumber}</span></Go> : <span className="quiet">{t(b.numberKnown ? 'bill.notVip' : 'bill.noGuest')}</span>}</p>
            <p><RuleText>{said(b.explained, b.explainedEn)}</RuleText> {b.bookingId && <Go to={`/bookings?date=${b.businessDate}&booking=${b.bookingId}`}>{t('bill.toBooking')}</Go>}</p>
            {may && counts(b) && !waits && !choosing && <div className="actions"><Button onClick={() => setChoosing(true)}>{t(b.bookingRef ? 'bill.relink' : 'bill.toLink')}</Button></div>}
            {counts(b) && (waits || choosing) && <Proposals bill={b} proposals={data.proposals} none={b.linkWay !== BillLinkWay.NO_BOOKING} onDone={(linked) => { setChoosing(false); mark(t(linked ? 'bill.linked' : 'bill.unlinked')) }} onClose={choosing ? () => setChoosing(false) : undefined} />}
          </section>
          {data.linkings.length > 0 && <section className="card pad stack"><h2>{t('bill.linkings')}</h2><ul className="bill-linkings">{data.linkings.map((l, i) => <Linked key={i} linking={l} />)}</ul></section>}
          {data.notes.length > 0 && (
            <section className="card pad stack"><h2>{t('bill.notes')}</h2>
              <ul className="bill-linkings">{data.notes.map((n) => <li key={n.billNo}><Go to={billPath(n)} className="bill-line"><span className="grow">{n.source} {n.billNo} <span className="quiet small">{formatTime(n.closeTime, lang, zone)}</span></span><span className="num">−{formatFen(n.amountFen)}</span></Go></li>)}</ul>
            </section>
          )}
          <section className="card pad stack"><h2>{t('bill.lines')}</h2><Lines lines={b.lines} /></section>
          <section className="card pad stack">
            <h2>{t('bill.life')}</h2>
            <ol className="bill-life">{data.revisions.map((r, i) => <Revision key={r.revision} revision={r} before={data.revisions[i + 1]} holds={r.revision === b.revision} refundOf={b.refundOf} />)}</ol>
          </section>
        </>
      )}
    </div>
  )
}

function Linked({ linking: l }: { linking: BillLinking }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const word = linkReasons.find((r) => r.reason === l.reason)?.key ?? 'notBooked'
  const name = l.forName ? t('bill.forName', { by: l.byName, holder: l.forName }) : l.byName
  return <li><b>{l.bookingRef ? t('bill.linkingTo', { ref: l.bookingRef }) : t('bill.linkingNone')}</b><small className="quiet">{t('bill.linkingBy', { name, time: formatTime(l.time, lang, zone), reason: t(`bill.reasons.${word}`) })}</small></li>
}

/** What was sold. */
export function Lines({ lines }: { lines: BillLine[] }) {
  const { t } = useTranslation()
  if (lines.length === 0) return <p className="quiet">{t('bill.noLines')}</p>
  return (
    <table className="bill-lines">
      <thead><tr><th scope="col">{t('bill.item')}</th><th scope="col" className="num">{t('bill.quantity')}</th><th scope="col" className="num">{t('bill.amount')}</th></tr></thead>
      <tbody>{lines.map((l, i) => <tr key={i}><td>{l.name}</td><td className="num">{quantity(l.quantityMilli)}</td><td className="num">{formatFen(l.amountFen)}</td></tr>)}</tbody>
    </table>
  )
}

function Revision({ revision: r, before, holds, refundOf }: { revision: BillRevision; before: BillRevision | undefined; holds: boolean; refundOf: string }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const status = billStatus(r.status, refundOf)
  const notes = [
    before && r.tableName && r.tableName !== before.tableName && t('bill.movedTo', { table: r.tableName }),
    r.otherGuest && t('bill.otherGuest'),
    r.splitFrom && t('bill.splitFrom', { no: r.splitFrom }),
    r.mergedInto && t('bill.mergedInto', { no: r.mergedInto }),
    ...r.refunds.map((f) => t('bill.refundLine', { amount: formatFen(f.amountFen), time: formatTime(f.refundTime, lang, zone) })),
  ].filter(Boolean)
  return (
    <li>
      <div className="row"><b>{t('bill.revision', { count: r.revision })}</b><Chip tone={status.tone}>{t(`bill.status.${status.key}`)}</Chip>{holds && <Chip tone="accent">{t('bill.holds')}</Chip>}<span className="num grow">{formatFen(r.amountFen)}</span></div>
      <small className="quiet">{[formatTime(r.closeTime, lang, zone), t('bill.received', { time: formatTime(r.recordTime, lang, zone) }), r.tableName, r.imported && t('bill.imported')].filter(Boolean).join(' · ')}</small>
      {notes.length > 0 && <p className="small">{notes.join(' · ')}</p>}
    </li>
  )
}
