import { BillDeskService } from '@changke/gen/visit/v1/bill_desk_service'
import type { Visit } from '@changke/gen/visit/v1/visit'
import { useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useCan } from '../app/me.tsx'
import { useSaid } from '../ui/hooks.ts'
import { Bones, Empty, Failure, Go } from '../ui/parts.tsx'
import { RuleText } from '../ui/RuleText.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { billPath } from './bills.ts'
import { Lines } from './BillPage.tsx'
import { BillHead } from './BillTasks.tsx'
import { Marks } from './Bills.tsx'
import './bills.css'

/** The bills of a visit with their lines; the way to each bill's page for who may see it. */
export function VisitBills({ fileId, visit, onClose }: { fileId: string; visit: Visit; onClose(): void }) {
  const { t } = useTranslation()
  const said = useSaid()
  const opens = useCan('bill.read')
  const { data, error, refetch } = useQuery(BillDeskService.method.listBillsOfVisit, { fileId, businessDate: visit.businessDate, mealPeriod: visit.mealPeriod })
  return (
    <Dialog title={t('bill.ofVisit')} onClose={onClose} side>
      <div className="stack bills">
        <Failure error={error} onRetry={() => void refetch()} />
        {!data && !error && <Bones rows={3} h={64} />}
        {data?.bills.length === 0 && <Empty icon="file" title={t('bill.ofVisitNone')} text={<RuleText>{t('bill.ofVisitNoneText')}</RuleText>} />}
        {data?.bills.map((b) => (
          <section key={b.source + b.billNo} className="stack visit-bill">
            {opens ? <Go to={billPath(b)} className="bill-line"><BillHead bill={b} /></Go> : <div className="bill-line"><BillHead bill={b} /></div>}
            <Marks bill={b} />
            <p className="second small"><RuleText>{said(b.explained, b.explainedEn)}</RuleText></p>
            <Lines lines={b.lines} />
          </section>
        ))}
      </div>
    </Dialog>
  )
}
