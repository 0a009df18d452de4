import { CallerService } from '@changke/gen/caller/v1/caller_service'
import type { Call } from '@changke/gen/caller/v1/caller'
import { timestampMs } from '@bufbuild/protobuf/wkt'
import { useQuery } from '@connectrpc/connect-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatClock } from '../ui/format.ts'
import { useNow } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Go } from '../ui/parts.tsx'
import './call.css'

// How long a call is shown by itself.
const shownMs = 60_000

/** 来电: who is ringing, the blacklist first (BLK-03); it goes by itself after a minute. */
export default function CallNotice() {
  const { t } = useTranslation()
  const now = useNow()
  const [away, setAway] = useState<string[]>([])
  const list = useQuery(CallerService.method.listRecentCalls, {})
  const ringing = (list.data?.calls ?? []).filter((c) => !away.includes(c.id) && c.ringTime && now - timestampMs(c.ringTime) < shownMs).slice(0, 3)
  if (ringing.length === 0) return null
  return <div className="calls" role="status" aria-label={t('calls.title')}>{ringing.map((c) => <Ringing key={c.id} call={c} onClose={() => setAway([...away, c.id])} />)}</div>
}

function Ringing({ call: c, onClose }: { call: Call; onClose(): void }) {
  const { t } = useTranslation()
  const { nameOf, zone } = useStores()
  return (
    <section className={c.blacklisted ? 'card call bad' : 'card call'}>
      <Icon name="phone" />
      <div className="stack" style={{ gap: 2 }}>
        <div className="row">
          {c.blacklisted && <Chip tone="late">{t('calls.blacklisted')}</Chip>}
          <b>{c.guestName || t(c.maskedNumber ? 'calls.unknown' : 'calls.withheld')}</b>
          {c.public && <Chip>{t('calls.public')}</Chip>}
        </div>
        <small>{[c.maskedNumber, c.referrerName && t('calls.referrer', { name: c.referrerName }), nameOf(c.storeId), c.line && t('calls.line', { line: c.line }), c.ringTime && formatClock(c.ringTime, zone)].filter(Boolean).join(' · ')}</small>
        {c.fileId && <Go to={`/customers/${c.fileId}`}>{t('calls.open')}</Go>}
      </div>
      <button type="button" className="call-close" aria-label={t('calls.close')} onClick={onClose}><Icon name="cross" size={18} /></button>
    </section>
  )
}
