import { ChainService } from '@changke/gen/operator/v1/chain_service'
import { SupportState } from '@changke/gen/operator/v1/operator'
import { OperatorService } from '@changke/gen/operator/v1/operator_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useMe, useStores } from '../app/me.tsx'
import { formatClock } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Go } from '../ui/parts.tsx'
import { supportEvery } from './SupportList.tsx'
import './operator.css'

/** Over every page while an operator looks into the chain: for him, and for the chain's administrators. */
export default function SupportStrip() {
  return useMe().support ? <Looking /> : <LookedAt />
}

function Looking() {
  const { t } = useTranslation()
  const { zone } = useStores()
  const own = useQuery(ChainService.method.getOwnAccess, {}, { refetchInterval: supportEvery })
  const leave = useMutation(OperatorService.method.leaveSupport, { onSettled: () => window.location.assign('/operator/support') })
  const access = own.data?.access
  return (
    <p className="support-strip" role="status">
      <Icon name="eye" size={16} />
      <span>{t('company.strip', { chain: access?.tenantName ?? '', time: access?.expireTime ? formatClock(access.expireTime, zone) : '' })}</span>
      {access && <button type="button" className="linklike" disabled={leave.isPending} onClick={() => leave.mutate({ tenantId: access.tenantId, accessId: access.id })}>{t('company.leave')}</button>}
    </p>
  )
}

function LookedAt() {
  const { t } = useTranslation()
  const { zone } = useStores()
  const list = useQuery(ChainService.method.listSupport, {}, { refetchInterval: supportEvery })
  const live = list.data?.accesses.filter((s) => s.state === SupportState.GRANTED || s.state === SupportState.ASKED) ?? []
  return live.map((s) => (
    <p key={s.id} className="support-strip" role="status">
      <Icon name="eye" size={16} />
      <span>{s.state === SupportState.ASKED ? t('company.bannerAsk', { name: s.operatorName }) : t('company.banner', { name: s.operatorName, time: s.expireTime ? formatClock(s.expireTime, zone) : '' })}</span>
      <Go to="/company">{t('company.see')}</Go>
    </p>
  ))
}
