import { AuthService } from '@changke/gen/staff/v1/auth_service'
import { AccountService } from '@changke/gen/staff/v1/account_service'
import { createConnectQueryKey, useMutation } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate } from 'react-router'
import { deviceName } from '../staff/device.ts'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Empty } from '../ui/parts.tsx'
import { useMe, useStores } from './me.tsx'

const later = 'changke.factor.later'

/** Asks the server anew who the caller is: after he has changed how he signs in. */
export function useReloadMe(): () => Promise<void> {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: AuthService.method.whoAmI, cardinality: 'finite' }) })
}

/** Above every page: what the person should know of his account. Whoever must set up a second factor sees nothing else. */
export function Notices({ children }: { children: ReactNode }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const { zone } = useStores()
  const navigate = useNavigate()
  const { pathname } = useLocation()
  const reload = useReloadMe()
  const [put, setPut] = useState(() => sessionStorage.getItem(later) !== null)
  const known = useMutation(AccountService.method.acknowledgeDevices, { onSuccess: reload })
  if (me.secondFactorOverdue && pathname !== '/account') {
    return (
      <div className="card">
        <Empty icon="lock" title={t('notices.overdueTitle')} text={t('notices.overdue')}>
          <Button type="primary" onClick={() => void navigate('/account#factor')}>{t('notices.now')}</Button>
        </Empty>
      </div>
    )
  }
  const [device] = me.newDevices
  return (
    <>
      {me.secondFactorDueTime && !me.secondFactorOverdue && !put && pathname !== '/account' && (
        <div className="notice shell-notice">
          <Icon name="lock" />
          <span className="grow">{t('notices.due', { date: formatTime(me.secondFactorDueTime, lang, zone) })}</span>
          <span className="actions">
            <Button size="small" type="primary" onClick={() => void navigate('/account#factor')}>{t('notices.now')}</Button>
            <Button size="small" onClick={() => { sessionStorage.setItem(later, '1'); setPut(true) }}>{t('notices.later')}</Button>
          </span>
        </div>
      )}
      {device && (
        <div className="notice shell-notice">
          <Icon name="alert" />
          <span className="grow">{t('notices.device', { device: deviceName(device.device) || t('account.unknownDevice'), time: formatTime(device.time, lang, zone) })}</span>
          <span className="actions">
            <Button size="small" loading={known.isPending} onClick={() => known.mutate({})}>{t('notices.mine')}</Button>
            <Button size="small" danger onClick={() => void navigate('/account#devices')}>{t('notices.notMine')}</Button>
          </span>
        </div>
      )}
      {children}
    </>
  )
}
