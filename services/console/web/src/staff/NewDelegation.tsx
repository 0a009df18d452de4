import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { DelegationService } from '@changke/gen/staff/v1/delegation_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { addDays, businessDayStart, formatDate, joinWords } from '../ui/format.ts'
import { useDebounced, useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure } from '../ui/parts.tsx'
import { groupOf, groupsOf, useRightWords } from './delegation.ts'
import { choiceOf, PersonPick } from './PersonPick.tsx'
import { useEverybody } from './useEverybody.ts'

const lengths = { today: 1, three: 3, week: 7, fortnight: 14 } as const
type Length = keyof typeof lengths | 'own'

/** Names a delegate in two taps: a colleague, then 确定; days and rights have their usual values. */
export function NewDelegation({ forOthers, onClose, onMade }: { forOthers: boolean; onClose(): void; onMade(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const me = useMe()
  const { zone } = useStores()
  const say = useRightWords()
  const today = me.businessDate
  const [holder, setHolder] = useState('')
  const [typed, setTyped] = useState('')
  const [delegate, setDelegate] = useState('')
  const [length, setLength] = useState<Length>('week')
  const [dates, setDates] = useState({ from: today, to: addDays(today, 6) })
  const [without, setWithout] = useState<string[]>([])
  const [choosing, setChoosing] = useState(false)
  const [tried, setTried] = useState(false)
  const colleague = useDebounced(typed.trim(), 250)
  const own = useQuery(DelegationService.method.getMyDelegationChoices, { colleague }, { enabled: !forOthers, placeholderData: (old) => old })
  const theirs = useQuery(DelegationService.method.getDelegationChoices, { holderId: holder, colleague }, { enabled: forOthers && Boolean(holder), placeholderData: (old) => old })
  const everybody = useEverybody({}, forOthers)
  const asked = forOthers ? theirs : own
  const choices = asked.data?.choices
  const colleagues = choices?.colleagues.filter((c) => c.id !== me.person?.id) ?? []
  const permissions = choices?.permissions ?? []
  const chosen = permissions.filter((p) => !without.includes(p.name))
  const done = { onSuccess: onMade }
  const mine = useMutation(DelegationService.method.delegateMine, done)
  const others = useMutation(DelegationService.method.delegateFor, done)
  const made = forOthers ? others : mine
  const to = length === 'own' ? dates.to : addDays(today, lengths[length] - 1)
  const from = length === 'own' ? dates.from : today
  const wrong = { holder: forOthers && !holder, delegate: !delegate, rights: chosen.length === 0, dates: !from || !to || to < from || to > addDays(from, 91) }
  const save = () => {
    setTried(true)
    if (Object.values(wrong).some(Boolean)) return
    const delegation = {
      delegateId: delegate, permissions: chosen.map((p) => p.name), untilTime: timestampFromDate(businessDayStart(addDays(to, 1), zone)),
      ...(from > today && { fromTime: timestampFromDate(businessDayStart(from, zone)) }),
    }
    if (forOthers) others.mutate({ holderId: holder, delegation })
    else mine.mutate({ delegation })
  }
  const complain = (bad: boolean, text: string) => tried && bad && <p className="wrong" role="alert"><Icon name="alert" size={16} />{text}</p>
  const toggle = (names: string[], on: boolean) => setWithout(on ? without.filter((n) => !names.includes(n)) : [...new Set([...without, ...names])])
  return (
    <Dialog side title={t(forOthers ? 'delegation.newFor' : 'delegation.new')} onClose={onClose}>
      <form className="stack delegate-form" style={{ gap: 20 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        {forOthers && (
          <div className="field">
            <label htmlFor="d-holder">{t('delegation.forWhom')}</label>
            <PersonPick id="d-holder" people={everybody.people.filter((p) => p.id !== me.person?.id).map(choiceOf)} value={holder} none={t('delegation.forWhomHint')} onChange={(id) => { setHolder(id); setDelegate(''); setWithout([]) }} />
            {complain(wrong.holder, t('delegation.needHolder'))}
          </div>
        )}
        {(!forOthers || holder) && (
          <>
            <div className="field">
              <label htmlFor="d-who">{t('delegation.who')}</label>
              <Input id="d-who" value={typed} onChange={(e) => setTyped(e.target.value)} placeholder={t('delegation.whoHint')} prefix={<Icon name="search" size={16} />} allowClear autoComplete="off" />
              {!choices && !asked.error && <Bones rows={3} h={48} />}
              {choices && permissions.length > 0 && colleagues.length === 0 && <p className="help">{t('delegation.noColleague')}</p>}
              <ul className="people" role="radiogroup" aria-label={t('delegation.who')}>
                {colleagues.map((c) => (
                  <li key={c.id}>
                    <label>
                      <input type="radio" name="delegate" checked={delegate === c.id} onChange={() => setDelegate(c.id)} />
                      <span className="face" aria-hidden="true">{c.name.slice(-1)}</span>
                      <span className="grow"><b>{c.name}</b><small>{joinWords(c.positions, lang)}</small></span>
                      <span className="quiet small">{c.staffNo}</span>
                    </label>
                  </li>
                ))}
              </ul>
              {complain(wrong.delegate, t('delegation.needDelegate'))}
            </div>
            <div className="field">
              <span className="label" id="d-long">{t('delegation.howLong')}</span>
              <div className="choices" role="radiogroup" aria-labelledby="d-long">
                {([...Object.keys(lengths), 'own'] as Length[]).map((l) => <label className="choice" key={l}><input type="radio" name="length" checked={l === length} onChange={() => setLength(l)} /><span>{t(`delegation.days.${l}`)}</span></label>)}
              </div>
              {length === 'own' && (
                <div className="two">
                  <div className="field"><label htmlFor="d-from">{t('delegation.from')}</label><input id="d-from" type="date" className="native" min={today} value={dates.from} onChange={(e) => setDates({ ...dates, from: e.target.value })} /></div>
                  <div className="field"><label htmlFor="d-to">{t('delegation.to')}</label><input id="d-to" type="date" className="native" min={dates.from} max={dates.from ? addDays(dates.from, 91) : undefined} value={dates.to} onChange={(e) => setDates({ ...dates, to: e.target.value })} /></div>
                </div>
              )}
              {length !== 'own' && <p className="help">{t('delegation.lastDay', { date: formatDate(to, lang) })}</p>}
              {complain(wrong.dates, t('delegation.needDates'))}
            </div>
            {permissions.length > 0 && (
              <div className="field">
                <span className="label">{t('delegation.may')}</span>
                <div className="row">
                  <span>{without.length === 0 ? t('delegation.rights', { count: permissions.length }) : t('delegation.someRights', { count: chosen.length, all: permissions.length })}</span>
                  {!choosing && <button type="button" className="linklike" onClick={() => setChoosing(true)}>{t('delegation.change')}</button>}
                </div>
                {choosing && groupsOf(permissions.map((p) => p.name)).map((group) => {
                  const here = permissions.filter((p) => groupOf(p.name) === group)
                  const on = here.filter((p) => !without.includes(p.name))
                  return (
                    <fieldset key={group} className="rights">
                      <legend><label className="row tick"><input type="checkbox" checked={on.length > 0} ref={(box) => { if (box) box.indeterminate = on.length > 0 && on.length < here.length }} onChange={() => toggle(here.map((p) => p.name), on.length < here.length)} /><b>{t(`delegation.groups.${group}`)}</b></label></legend>
                      <div>{here.map((p) => <label key={p.name} className="row tick"><input type="checkbox" checked={!without.includes(p.name)} onChange={() => toggle([p.name], without.includes(p.name))} />{say(p)}</label>)}</div>
                    </fieldset>
                  )
                })}
                <p className="help">{t('delegation.notYours')}</p>
                {complain(wrong.rights, t('delegation.needRights'))}
              </div>
            )}
          </>
        )}
        {choices && permissions.length === 0 && <p className="notice"><Icon name="alert" size={16} />{t('delegation.nothing')}</p>}
        <Failure error={everybody.error} />
        <Failure error={asked.error} onRetry={() => void asked.refetch()} />
        <Failure error={made.error} onRetry={save} />
        <div className="actions foot"><Button type="primary" htmlType="submit" loading={made.isPending} disabled={choices && permissions.length === 0}>{t('delegation.make')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
