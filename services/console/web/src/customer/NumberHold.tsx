import { ConflictService } from '@changke/gen/customer/v1/conflict_service'
import { NumberHold as Hold } from '@changke/gen/customer/v1/conflict'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Failure, Go } from '../ui/parts.tsx'
import './conflicts.css'

/** Whether a file that was never approved still has its number, and what to do when not (CUS-10). */
export function NumberHold({ fileId, mine }: { fileId: string; mine: boolean }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const { data, refetch } = useQuery(ConflictService.method.getNumberHold, { fileId })
  const again = useMutation(ConflictService.method.holdNumber, { onSettled: () => void refetch() })
  if (!data) return null
  switch (data.hold) {
    case Hold.HELD:
      return mine && data.holdUntilTime ? <p className="help">{t('hold.until', { time: formatTime(data.holdUntilTime, lang, zone) })}</p> : null
    case Hold.LAPSED:
      return (
        <div className="notice hold" role="note">
          <Icon name="clock" size={18} /><span className="grow">{t('hold.lapsed')}</span>
          {mine && <Button onClick={() => again.mutate({ fileId })} loading={again.isPending}>{t('hold.again')}</Button>}
          <Failure error={again.error} />
        </div>
      )
    case Hold.TAKEN:
      return <p className="notice" role="note"><Icon name="alert" size={18} />{t('hold.taken', { date: formatDate(data.onFileDate, lang, 0) })}</p>
    case Hold.IN_CONFLICT:
      return <p className="notice" role="note"><Icon name="people" size={18} /><span>{t('hold.inConflict')} <Go to={`/conflicts?id=${data.conflictId}`}>{t('hold.toConflict')}</Go></span></p>
    default:
      return null
  }
}
