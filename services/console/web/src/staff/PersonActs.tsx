import { AbsenceKind, type Assignment, type Person } from '@changke/gen/staff/v1/staff'
import { StaffService } from '@changke/gen/staff/v1/staff_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { useMe } from '../app/me.tsx'
import { addDays } from '../ui/format.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Failure } from '../ui/parts.tsx'
import { Field } from './Field.tsx'
import type { Act } from './Person.tsx'
import { absenceKinds } from './people.ts'
import { PostFields, usePost, type PostDraft } from './PostFields.tsx'

interface Props { onClose(): void; onDone(): void }

/** A form in a dialog: its fields, what failed, and its one act. */
function Form({ title, act, danger, busy, error, onSave, onClose, children }: { title: string; act: string; danger?: boolean; busy: boolean; error: unknown; onSave(): void; onClose(): void; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); onSave() }} noValidate>
        {children}
        <Failure error={error} onRetry={onSave} />
        <div className="actions"><Button type="primary" danger={danger} htmlType="submit" loading={busy}>{act}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}

/** Name, staff number, phone; an empty phone field leaves the number as it is. */
export function EditPerson({ person: p, maskedEmail, onClose, onDone }: Props & { person: Person; maskedEmail: string }) {
  const { t } = useTranslation()
  const [form, setForm] = useState({ name: p.name, staffNo: p.staffNo, phone: '', email: '' })
  const save = useMutation(StaffService.method.updatePerson, { onSuccess: onDone })
  const wrong = violationsByField(save.error)
  const submit = () => save.mutate({
    personId: p.id,
    name: form.name.trim() === p.name ? undefined : form.name.trim(),
    staffNo: form.staffNo.trim() === p.staffNo ? undefined : form.staffNo.trim(),
    phone: form.phone.trim() || undefined,
    email: form.email.trim() || undefined,
  })
  const text = (key: keyof typeof form, help?: string) => (
    <Field id={`e-${key}`} label={t(`people.fields.${key}`)} help={help} wrong={wrong[key === 'staffNo' ? 'staff_no' : key]?.message}>
      <Input id={`e-${key}`} value={form[key]} placeholder={key === 'phone' ? p.maskedPhone : key === 'email' ? maskedEmail : undefined} onChange={(e) => setForm({ ...form, [key]: e.target.value })} maxLength={key === 'email' ? 254 : 60} inputMode={key === 'phone' ? 'tel' : key === 'email' ? 'email' : undefined} autoComplete="off" />
    </Field>
  )
  return (
    <Form title={t('people.edit')} act={t('people.save')} busy={save.isPending} error={save.error} onSave={submit} onClose={onClose}>
      {text('name')}{text('staffNo', t('people.staffNoHelp'))}{text('phone', t('people.phoneChange'))}{text('email', t('people.emailHelp'))}
    </Form>
  )
}

/** A further post, a transfer, or the first post of a new period. */
export function PostDialog({ person: p, act, customers, onClose, onDone }: Props & { person: Person; act: Act; customers: number }) {
  const { t } = useTranslation()
  const me = useMe()
  const toPost = usePost()
  const old = act.kind === 'transfer' ? act.post : act.kind === 'reenter' ? p.assignments.at(-1) : undefined
  const [post, setPost] = useState<PostDraft>({ position: old?.position ?? '', storeIds: act.kind === 'reenter' ? (old?.storeIds ?? []) : [], fromDate: me.businessDate, reason: '' })
  const [tried, setTried] = useState(false)
  const assign = useMutation(StaffService.method.assignPerson, { onSuccess: onDone })
  const transfer = useMutation(StaffService.method.transferPerson, { onSuccess: onDone })
  const reenter = useMutation(StaffService.method.reenterPerson, { onSuccess: onDone })
  const call = act.kind === 'transfer' ? transfer : act.kind === 'reenter' ? reenter : assign
  const needsReason = act.kind === 'transfer'
  const save = () => {
    setTried(true)
    const assignment = toPost(post)
    if (!assignment || (needsReason && !assignment.reason)) return
    if (act.kind === 'transfer') transfer.mutate({ assignmentId: act.post.id, assignment })
    else if (act.kind === 'reenter') reenter.mutate({ personId: p.id, entryDate: post.fromDate, assignment })
    else assign.mutate({ personId: p.id, assignment })
  }
  const words = act.kind === 'transfer' ? 'transfer' : act.kind === 'reenter' ? 'reenter' : 'assign'
  return (
    <Form title={t(`people.${words}Title`, { name: p.name })} act={t(`people.${words}`)} busy={call.isPending} error={call.error} onSave={save} onClose={onClose}>
      <p className="second">{t(`people.${words}Text`, { position: old?.position ?? '' })}</p>
      {act.kind === 'transfer' && <HandFirst customers={customers} />}
      <PostFields value={post} onChange={setPost} tried={tried} from={act.kind === 'reenter' ? t('people.entry') : undefined} />
      <Field id="p-reason" label={t('people.reason')} wrong={tried && needsReason && !post.reason.trim() && t('people.need.reason')}>
        <Input id="p-reason" value={post.reason} onChange={(e) => setPost({ ...post, reason: e.target.value })} maxLength={200} />
      </Field>
    </Form>
  )
}

// HND-01: what comes before a post, a store or a long leave changes, while he owns guests.
function HandFirst({ customers }: { customers: number }) {
  const { t } = useTranslation()
  return customers > 0 ? <p className="notice"><Icon name="alert" size={18} />{t('people.handFirst', { count: customers })}</p> : null
}

/** Ends a post on a day. */
export function EndPost({ post, customers, onClose, onDone }: Props & { post: Assignment; customers: number }) {
  const { t } = useTranslation()
  const me = useMe()
  const [toDate, setToDate] = useState(post.fromDate > me.businessDate ? post.fromDate : me.businessDate)
  const [reason, setReason] = useState('')
  const end = useMutation(StaffService.method.endAssignment, { onSuccess: onDone })
  return (
    <Form title={t('people.endTitle', { position: post.position })} act={t('people.end')} danger busy={end.isPending} error={end.error} onSave={() => end.mutate({ assignmentId: post.id, toDate, reason: reason.trim() })} onClose={onClose}>
      <p className="second">{t('people.endText')}</p>
      <HandFirst customers={customers} />
      <Field id="x-to" label={t('people.endDate')}><input id="x-to" className="native" type="date" value={toDate} onChange={(e) => setToDate(e.target.value)} /></Field>
      <Field id="x-reason" label={t('people.reason')}><Input id="x-reason" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} /></Field>
    </Form>
  )
}

/** Records a long leave, or the day somebody is back from one. */
export function AbsenceDialog({ person: p, act, customers, onClose, onDone }: Props & { person: Person; act: Act; customers: number }) {
  const { t } = useTranslation()
  const me = useMe()
  const back = act.kind === 'back' ? act : undefined
  const [form, setForm] = useState({ fromDate: me.businessDate, toDate: back ? (back.from > me.businessDate ? back.from : me.businessDate) : '', kind: AbsenceKind.ANNUAL, reason: '' })
  const record = useMutation(StaffService.method.recordAbsence, { onSuccess: onDone })
  const end = useMutation(StaffService.method.endAbsence, { onSuccess: onDone })
  const save = () => (back ? end.mutate({ absenceId: back.absenceId, toDate: form.toDate }) : record.mutate({ personId: p.id, ...form, reason: form.reason.trim() }))
  return (
    <Form title={t(back ? 'people.backTitle' : 'people.absenceTitle', { name: p.name })} act={t(back ? 'people.back' : 'people.absence')} busy={record.isPending || end.isPending} error={record.error ?? end.error} onSave={save} onClose={onClose}>
      <p className="second">{t(back ? 'people.backText' : 'people.absenceText')}</p>
      {!back && <HandFirst customers={customers} />}
      {!back && (
        <Field label={t('people.kind')}>
          <div className="choices">
            {Object.entries(absenceKinds).map(([kind, word]) => <label key={kind} className="choice"><input type="radio" name="kind" checked={form.kind === Number(kind)} onChange={() => setForm({ ...form, kind: Number(kind) })} /><span>{t(`people.kinds.${word}`)}</span></label>)}
          </div>
        </Field>
      )}
      <div className={back ? undefined : 'two'}>
        {!back && <Field id="a-from" label={t('people.absentFrom')}><input id="a-from" className="native" type="date" value={form.fromDate} onChange={(e) => setForm({ ...form, fromDate: e.target.value })} /></Field>}
        <Field id="a-to" label={t('people.backOn')} help={back ? undefined : t('people.backOnHelp')}><input id="a-to" className="native" type="date" min={back ? back.from : addDays(form.fromDate, 1)} value={form.toDate} onChange={(e) => setForm({ ...form, toDate: e.target.value })} /></Field>
      </div>
      {!back && <Field id="a-reason" label={t('people.reason')}><Input id="a-reason" value={form.reason} onChange={(e) => setForm({ ...form, reason: e.target.value })} maxLength={200} /></Field>}
    </Form>
  )
}

/** Records that somebody leaves: never blocked, effective from that day (ACC-03). */
export function Leave({ person: p, customers, onClose, onDone }: Props & { person: Person; customers: number }) {
  const { t } = useTranslation()
  const me = useMe()
  const [leftDate, setLeftDate] = useState(p.leftDate || me.businessDate)
  const [reason, setReason] = useState('')
  const leave = useMutation(StaffService.method.recordLeaving, { onSuccess: onDone })
  return (
    <Form title={t('people.leaveTitle', { name: p.name })} act={t('people.leave')} danger busy={leave.isPending} error={leave.error} onSave={() => leave.mutate({ personId: p.id, leftDate, reason: reason.trim() })} onClose={onClose}>
      <p className="notice"><Icon name="alert" size={18} />{t(leftDate <= me.businessDate ? 'people.leaveNow' : 'people.leaveLater')}</p>
      {customers > 0 && <p className="second">{t('people.leaveHolds', { count: customers })}</p>}
      <Field id="l-date" label={t('people.leaveDate')} help={t('people.leaveDateHelp')}><input id="l-date" className="native" type="date" value={leftDate} onChange={(e) => setLeftDate(e.target.value)} /></Field>
      <Field id="l-reason" label={t('people.reason')}><Input id="l-reason" value={reason} onChange={(e) => setReason(e.target.value)} maxLength={200} /></Field>
    </Form>
  )
}
