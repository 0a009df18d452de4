import type { DeletionRequest } from '@changke/gen/customer/v1/deletion'
import { DeletionService } from '@changke/gen/customer/v1/deletion_service'
import { useMutation } from '@connectrpc/connect-query'
import { useTranslation } from 'react-i18next'
import { useGround } from './deletions.ts'
import { ForeverDialog } from './ForeverDialog.tsx'

/** Head office deletes a file: what goes and what stays is said first (DEL-03). */
export function CarryOutDeletion({ request: r, onClose, onDone }: { request: DeletionRequest; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const ground = useGround()
  const remove = useMutation(DeletionService.method.carryOutDeletion, { onSuccess: onDone })
  return (
    <ForeverDialog
      title={t('deletion.removeTitle', { name: r.guestName })} lead={t('deletion.removeHow')} goes={[t('deletion.goes.person'), t('deletion.goes.tie'), t('deletion.goes.keeps')]}
      sure={t('deletion.sure', { ground: ground(r.ground) })} need={t('deletion.needSure')} act={t('deletion.removeYes')}
      busy={remove.isPending} error={remove.error} onClose={onClose} onSure={() => remove.mutate({ requestId: r.id })}
    />
  )
}
