import { timestampMs } from '@bufbuild/protobuf/wkt'
import { SupportState, type SupportAccess } from '@changke/gen/operator/v1/operator'
import { OperatorService } from '@changke/gen/operator/v1/operator_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { formatTime } from '../ui/format.ts'
import { useLanguage, useNow } from '../ui/hooks.ts'
import { Bones, Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'

const words = { [SupportState.ASKED]: 'asked', [SupportState.GRANTED]: 'granted', [SupportState.REFUSED]: 'refused', [SupportState.ENDED]: 'ended' } as const

/** The operator's own wishes to look into chains, and the way in. */
export default function OwnSupport() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const now = useNow()
  const client = useQueryClient()
  const list = useQuery(OperatorService.method.listOwnSupport, {}, { staleTime: 0, refetchInterval: 10_000 })
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: OperatorService.method.listOwnSupport, cardinality: 'finite' }) })
  // The chain's console begins anew: nothing of one identity may be shown under another.
  const enter = useMutation(OperatorService.method.enterSupport, { onSuccess: () => window.location.assign('/'), onError: () => void reload() })
  const leave = useMutation(OperatorService.method.leaveSupport, { onSettled: () => void reload() })
  const of = (s: SupportAccess) => ({ tenantId: s.tenantId, accessId: s.id })
  return (
    <div className="page">
      <PageHead title={t('operator.support')} sub={t('operator.supportLead')} />
      <Failure error={list.error ?? enter.error ?? leave.error} onRetry={list.error ? () => void list.refetch() : undefined} />
      {!list.data ? !list.error && <Bones rows={3} /> : list.data.accesses.length === 0 ? (
        <div className="card"><Empty icon="eye" title={t('operator.noSupport')} text={t('operator.noSupportText')}><Link to="/operator">{t('operator.toChains')}</Link></Empty></div>
      ) : (
        <div className="card pad">
          <ul className="desk-lines">
            {list.data.accesses.map((s) => (
              <li key={s.id}>
                <div className="grow"><b>{s.tenantName}</b> <span className="second">{s.reason}</span><p className="small">{formatTime(s.askTime, lang)}{s.state === SupportState.GRANTED && s.expireTime && ` · ${t('operator.minutesLeft', { count: Math.max(0, Math.ceil((timestampMs(s.expireTime) - now) / 60_000)) })}`}</p></div>
                {s.state !== SupportState.UNSPECIFIED && <Chip tone={s.state === SupportState.GRANTED ? 'done' : s.state === SupportState.ASKED ? 'soon' : 'calm'}>{t(`operator.supportStates.${words[s.state]}`)}</Chip>}
                {s.state === SupportState.GRANTED && <Button type="primary" loading={enter.isPending} onClick={() => enter.mutate(of(s))}>{t('operator.look')}</Button>}
                {(s.state === SupportState.GRANTED || s.state === SupportState.ASKED) && <Button loading={leave.isPending} onClick={() => leave.mutate(of(s))}>{t(s.state === SupportState.ASKED ? 'operator.takeBack' : 'operator.end')}</Button>}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
