import { AccessService } from '@changke/gen/staff/v1/access_service'
import type { Person } from '@changke/gen/staff/v1/staff'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Popconfirm } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCan, useMe } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Bones, Failure } from '../ui/parts.tsx'
import { Devices } from './Devices.tsx'
import './account.css'

/** Where a person is signed in, to sign him out; and help for who has lost his phone. */
export function PersonLogin({ person, onClose }: { person: Person; onClose(): void }) {
  const { t } = useTranslation()
  const me = useMe()
  const mayWrite = useCan('login.write')
  const mayReset = mayWrite && me.person?.id !== person.id
  const list = useQuery(AccessService.method.listSessions, { personId: person.id }, { staleTime: 0, gcTime: 0 })
  const reload = () => list.refetch()
  const end = useMutation(AccessService.method.endSessions, { onSuccess: reload })
  const reset = useMutation(AccessService.method.resetSecondFactor, { onSuccess: reload })
  const unlink = useMutation(AccessService.method.unlinkSso, { onSuccess: reload })
  return (
    <Dialog title={t('access.of', { name: person.name })} onClose={onClose}>
      <div className="stack">
        <Failure error={list.error ?? end.error ?? reset.error ?? unlink.error} onRetry={list.error ? () => void reload() : undefined} />
        {!list.data && !list.error && <Bones rows={2} />}
        {list.data && (list.data.sessions.length === 0 ? <p className="second">{t('access.nowhere')}</p> : (
          <>
            <Devices sessions={list.data.sessions} ending={end.isPending ? end.variables?.sessionId : undefined} onEnd={(s) => end.mutate({ personId: person.id, sessionId: s.id })} />
            <Popconfirm title={t('access.endAllTitle', { name: person.name })} description={t('account.endText')} okText={t('account.end')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => end.mutate({ personId: person.id })}>
              <Button danger>{t('access.endAll')}</Button>
            </Popconfirm>
          </>
        ))}
        {list.data?.secondFactor && mayReset && (
          <Popconfirm title={t('access.resetTitle')} description={t('access.resetText')} okText={t('access.reset')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => reset.mutate({ personId: person.id })}>
            <Button loading={reset.isPending}>{t('access.reset')}</Button>
          </Popconfirm>
        )}
        {list.data?.ssoLinked && mayWrite && (
          <Popconfirm title={t('access.unlinkTitle', { name: person.name })} description={t('access.unlinkText')} okText={t('access.unlink')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => unlink.mutate({ personId: person.id })}>
            <Button loading={unlink.isPending}>{t('access.unlink')}</Button>
          </Popconfirm>
        )}
      </div>
    </Dialog>
  )
}
