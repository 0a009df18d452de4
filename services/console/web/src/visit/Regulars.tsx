import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useHref, useMe, useStores } from '../app/me.tsx'
import { formatDate, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead } from '../ui/parts.tsx'
import type { FromBooking } from '../customer/NewFile.tsx'
import './regulars.css'

/** 建议建档: numbers that came often enough this month and have no file, with who received them (CUS-01). */
export default function Regulars() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const navigate = useNavigate()
  const href = useHref()
  const { stores, storeId: filter } = useStores()
  const [params, setParams] = useSearchParams()
  const storeId = filter || stores[0]?.id || ''
  const month = params.get('month') ?? me.businessDate.slice(0, 7)
  const { data, error, refetch } = useQuery(BookingService.method.listRegulars, { storeId, month }, { enabled: storeId !== '' })
  return (
    <div className="page">
      <Go to="/customers" className="back"><Icon name="left" size={16} />{t('menu.customers')}</Go>
      <PageHead title={t('regulars.title')} sub={t('regulars.lead', { count: data?.standard ?? 2 })} />
      <label className="row regulars-month">{t('regulars.month')}
        <input className="native" type="month" value={month} max={me.businessDate.slice(0, 7)} onChange={(e) => e.target.value && setParams((old) => { const next = new URLSearchParams(old); next.set('month', e.target.value); return next }, { replace: true })} />
      </label>
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bones rows={4} h={84} />}
      {data?.regulars.length === 0 && <div className="card"><Empty icon="people" title={t('regulars.none')} text={t('regulars.noneText', { count: data.standard })} /></div>}
      {data && data.regulars.length > 0 && (
        <ul className="card regulars">
          {data.regulars.map((r) => {
            const from: FromBooking = { bookingId: r.maskedNumber && r.bookingId, storeId: r.storeId, name: r.nameMasked ? '' : r.guestName, masked: r.maskedNumber }
            return (
              <li key={r.bookingId}>
                <div className="grow">
                  <p><b>{r.guestName || t('regulars.noName')}</b> <span className="mono second">{r.maskedNumber || t('regulars.unknown')}</span> <Chip tone="accent">{t('regulars.times', { count: r.bookings })}</Chip></p>
                  <p className="small quiet">{t('regulars.last', { date: formatDate(r.lastDate, lang) })} · {t('regulars.receivers', { names: joinWords(r.receivers.map((p) => t('regulars.receiver', { name: p.name, count: p.bookings })), lang) })}</p>
                  {!r.maskedNumber && <p className="small text-soon">{t('regulars.unknownText')}</p>}
                </div>
                <Button onClick={() => void navigate(href('/customers/new'), { state: from })}>{t('regulars.begin')}</Button>
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
