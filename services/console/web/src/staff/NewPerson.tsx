import { StaffService } from '@changke/gen/staff/v1/staff_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { useMe, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Failure } from '../ui/parts.tsx'
import { Field } from './Field.tsx'
import { useRefresh } from './people.ts'
import { PostFields, usePost, type PostDraft } from './PostFields.tsx'

/** Enters somebody with a first post; his account comes by a code afterwards. */
export function NewPerson({ onClose, onMade }: { onClose(): void; onMade(id: string): void }) {
  const { t } = useTranslation()
  const me = useMe()
  const { storeId, stores } = useStores()
  const refresh = useRefresh()
  const toPost = usePost()
  const [form, setForm] = useState({ staffNo: '', name: '', phone: '' })
  const [post, setPost] = useState<PostDraft>({ position: '', storeIds: storeId ? [storeId] : stores.length === 1 && stores[0] ? [stores[0].id] : [], fromDate: me.businessDate, reason: '' })
  const [tried, setTried] = useState(false)
  const make = useMutation(StaffService.method.createPerson, { onSuccess: async ({ person }) => { await refresh(); onMade(person?.id ?? '') } })
  const wrong = violationsByField(make.error)
  const save = () => {
    setTried(true)
    const assignment = toPost(post)
    if (!form.staffNo.trim() || !form.name.trim() || !assignment) return
    make.mutate({ ...form, password: '', entryDate: post.fromDate, assignment })
  }
  const text = (key: keyof typeof form, need: string | false, help?: string) => (
    <Field id={`n-${key}`} label={t(`people.fields.${key}`)} help={help} wrong={(tried && !form[key].trim() && need) || wrong[key === 'staffNo' ? 'staff_no' : key]?.message}>
      <Input id={`n-${key}`} value={form[key]} onChange={(e) => setForm({ ...form, [key]: e.target.value })} maxLength={60} inputMode={key === 'phone' ? 'tel' : undefined} autoComplete="off" />
    </Field>
  )
  return (
    <Dialog title={t('people.new')} onClose={onClose} side>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <div className="two">{text('name', t('people.need.name'))}{text('staffNo', t('people.need.staffNo'))}</div>
        {text('phone', false, t('people.phoneHelp'))}
        <PostFields value={post} onChange={setPost} tried={tried} from={t('people.entry')} />
        <Failure error={make.error} onRetry={save} />
        <div className="actions"><Button type="primary" htmlType="submit" loading={make.isPending}>{t('people.enter')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
