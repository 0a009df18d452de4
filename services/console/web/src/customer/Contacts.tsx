import type { Customer } from '@changke/gen/customer/v1/customer'
import { ContactKind, type Contact } from '@changke/gen/customer/v1/contact'
import { ContactService } from '@changke/gen/customer/v1/contact_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { violationsByField } from '../app/faults.ts'
import { useCan } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Bone, Failure, Wrong } from '../ui/parts.tsx'
import { contactKey, contactKinds } from './contactKinds.ts'
import { ContactNumber } from './Masked.tsx'
import './contacts.css'

/** 联系号码: the guest's further numbers and those of who books for him (VIS-12). */
export function Contacts({ customer }: { customer: Customer }) {
  const { t } = useTranslation()
  const mayWrite = useCan('customer.write')
  const [adding, setAdding] = useState(false)
  const fileId = customer.row?.id ?? ''
  const { data, error, refetch } = useQuery(ContactService.method.listContacts, { fileId })
  return (
    <section className="card contacts">
      <div className="card-head">
        <div><h2>{t('contact.title')}</h2><p className="sub">{t('contact.lead')}</p></div>
        {mayWrite && <Button icon={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>{t('contact.add')}</Button>}
      </div>
      <Failure error={error} onRetry={() => void refetch()} />
      {!data && !error && <Bone h={44} />}
      {data?.contacts.length === 0 && <p className="quiet none">{t('contact.none')}</p>}
      <ul>{data?.contacts.map((c) => <Line key={c.id} fileId={fileId} contact={c} mayWrite={mayWrite} onGone={() => void refetch()} />)}</ul>
      {adding && <Add fileId={fileId} onClose={() => setAdding(false)} onDone={() => { setAdding(false); void refetch() }} />}
    </section>
  )
}

function Line({ fileId, contact: c, mayWrite, onGone }: { fileId: string; contact: Contact; mayWrite: boolean; onGone(): void }) {
  const { t } = useTranslation()
  const [sure, setSure] = useState(false)
  const remove = useMutation(ContactService.method.removeContact, { onSuccess: onGone })
  return (
    <li>
      <span className="grow"><b>{t(`contact.kinds.${contactKey(c.kind)}`)}</b> {c.name} <span className="mono second"><ContactNumber fileId={fileId} contactId={c.id} masked={c.maskedNumber} /></span></span>
      {mayWrite && (sure ? (
        <span className="actions">
          <span className="small">{t('contact.removeSure', { number: c.maskedNumber })}</span>
          <Button danger loading={remove.isPending} onClick={() => remove.mutate({ fileId, contactId: c.id })}>{t('contact.remove')}</Button>
          <Button onClick={() => setSure(false)}>{t('app.cancel')}</Button>
        </span>
      ) : <button type="button" className="linklike" onClick={() => setSure(true)}>{t('contact.remove')}</button>)}
      <Failure error={remove.error} />
    </li>
  )
}

function Add({ fileId, onClose, onDone }: { fileId: string; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState(ContactKind.SECRETARY)
  const [number, setNumber] = useState('')
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const add = useMutation(ContactService.method.addContact, { onSuccess: onDone })
  const wrong = violationsByField(add.error)
  const save = () => {
    setTried(true)
    if (number.trim()) add.mutate({ fileId, kind, number: number.trim(), name: name.trim() })
  }
  // The server names the number as the form of a file does, or alone.
  const atNumber = wrong.number?.message ?? (tried && !number.trim() ? t('contact.needNumber') : undefined)
  return (
    <Dialog title={t('contact.add')} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <div className="field">
          <span className="label" id="k-kind">{t('contact.kind')}</span>
          <div className="choices" role="radiogroup" aria-labelledby="k-kind">
            {contactKinds.map((k) => <label className="choice" key={k}><input type="radio" name="kind" checked={kind === k} onChange={() => setKind(k)} /><span>{t(`contact.kinds.${contactKey(k)}`)}</span></label>)}
          </div>
          <p className="help">{t(kind === ContactKind.OWN ? 'contact.ownHelp' : 'contact.otherHelp')}</p>
        </div>
        <div className="field">
          <label htmlFor="k-number">{t('contact.number')}</label>
          <Input id="k-number" type="tel" inputMode="tel" autoComplete="off" maxLength={40} value={number} onChange={(e) => { add.reset(); setNumber(e.target.value) }} />
          <Wrong text={atNumber} />
        </div>
        {kind !== ContactKind.OWN && (
          <div className="field">
            <label htmlFor="k-name">{t('contact.name')}</label>
            <Input id="k-name" autoComplete="off" maxLength={30} value={name} onChange={(e) => { add.reset(); setName(e.target.value) }} placeholder={t('contact.nameHint')} />
            <Wrong text={wrong.name?.message} />
          </div>
        )}
        {Object.keys(wrong).length === 0 && <Failure error={add.error} onRetry={save} />}
        <div className="actions"><Button type="primary" htmlType="submit" loading={add.isPending}>{t('contact.save')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
