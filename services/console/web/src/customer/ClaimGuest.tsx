import { ConflictService } from '@changke/gen/customer/v1/conflict_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useCan, useHref } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure } from '../ui/parts.tsx'
import type { FormFields } from './drafts.ts'
import { messageOf } from './form.ts'
import './conflicts.css'

interface Props {
  storeId: string
  requestId: string
  fields: FormFields
  /** The case is open and holds what was filled in. */
  onOpened(): void
}

/** Where a number is refused as on file already: who thinks the guest is his claims him (CUS-10). */
export function ClaimGuest({ storeId, requestId, fields, onOpened }: Props) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const href = useHref()
  const may = useCan('conflict.read')
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const claim = useMutation(ConflictService.method.openConflict, {
    onSuccess: ({ conflict }) => {
      onOpened()
      void navigate(href(`/conflicts?id=${conflict?.id}`), { replace: true })
    },
  })
  const wrong = reason.trim().length < 2 ? t('conflict.reasonNeed') : !fields.name.trim() || !fields.number.trim() ? t('conflict.nameNeed') : ''
  const send = () => {
    setTried(true)
    if (!wrong) claim.mutate({ storeId, requestId, fields: messageOf(fields), reason })
  }
  if (!may) return null
  return (
    <>
      <p className="conflict-ask">
        {t('conflict.ask')}
        <button type="button" className="linklike" onClick={() => setOpen(true)}>{t('conflict.askOpen')}</button>
      </p>
      {open && (
        <Dialog title={t('conflict.askTitle')} onClose={() => setOpen(false)}>
          {/* No form: it would stand inside the page's own. */}
          <div className="stack">
            <p className="second">{t('conflict.askText')}</p>
            <div className="field">
              <label htmlFor="claim-why">{t('conflict.reason')}</label>
              <Input.TextArea id="claim-why" rows={3} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} placeholder={t('conflict.reasonHint')} />
              {tried && wrong && <p className="wrong" role="alert"><Icon name="alert" size={16} />{wrong}</p>}
            </div>
            <Failure error={claim.error} onRetry={send} />
            <div className="actions">
              <Button type="primary" loading={claim.isPending} onClick={send}>{t('conflict.send')}</Button>
              <Button onClick={() => setOpen(false)}>{t('app.cancel')}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  )
}
