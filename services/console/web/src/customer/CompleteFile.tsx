import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { FileState, type Customer } from '@changke/gen/customer/v1/customer'
import { useMutation } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useCan, useHref, useMe } from '../app/me.tsx'
import { Failure } from '../ui/parts.tsx'
import { useKeepCustomer } from './keep.ts'

/** What an imported file lacks is filled in by its referrer; it holds as it is until that is approved. */
export function CompleteFile({ customer }: { customer: Customer }) {
  const { t } = useTranslation()
  const me = useMe()
  const navigate = useNavigate()
  const href = useHref()
  const mayWrite = useCan('customer.write')
  const row = customer.row
  const keep = useKeepCustomer()
  const complete = useMutation(CustomerService.method.completeFile, {
    onSuccess: ({ customer: begun }) => {
      keep(begun)
      void navigate(href(`/customers/${row?.id}/edit`))
    },
  })
  // Once it is begun the head of the page has the way to it.
  if (row?.state !== FileState.APPROVED) return null
  if (!mayWrite || row.ownerId !== me.person?.id) return <p className="second small">{t(row.ownerId ? 'file.completedBy' : 'file.completedLater', { name: row.ownerName })}</p>
  return (
    <>
      <p className="second small">{t('file.completeText')}</p>
      <Failure error={complete.error} />
      <div className="actions"><Button type="primary" loading={complete.isPending} onClick={() => complete.mutate({ id: row.id })}>{t('file.complete')}</Button></div>
    </>
  )
}
