import { HandoverCause, HandoverFileState, HandoverKind, type HandoverPerson } from '@changke/gen/handover/v1/handover'
import { HandoverService, type GiverStore } from '@changke/gen/handover/v1/handover_service'
import { useInfiniteQuery, useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate, useSearchParams } from 'react-router'
import { useHref, useMe, useStores } from '../app/me.tsx'
import { PersonPick } from '../staff/PersonPick.tsx'
import { addDays, formatDate } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { RadioChoices } from '../ui/RadioChoices.tsx'
import { Bones, Chip, Empty, Failure, Go, PageHead, Wrong } from '../ui/parts.tsx'
import { causeKey, kindKey, useReload } from './words.ts'
import './handover.css'

const kinds = [HandoverKind.SAME_POST, HandoverKind.OTHER_POST, HandoverKind.CUSTODY]
const causes = [HandoverCause.LEAVING, HandoverCause.POST, HandoverCause.STORE, HandoverCause.LEAVE, HandoverCause.OTHER]

/** Step (1): the giver, or the manager for him, names receiver, kind and guests, and confirms. */
export default function NewHandover() {
  const { t } = useTranslation()
  const [params] = useSearchParams()
  const giverId = params.get('giver') ?? ''
  const query = useQuery(HandoverService.method.prepareHandover, { giverId })
  const me = useMe()
  const own = giverId === '' || giverId === me.person?.id
  const [chosen, setChosen] = useState('')
  const { stores } = useStores()
  const open = query.data?.stores
  const store = open?.find((s) => s.storeId === (chosen || params.get('at'))) ?? open?.[0]
  return (
    <div className="page">
      <Go to="/handovers" className="back"><Icon name="left" size={16} />{t('handover.back')}</Go>
      <PageHead title={t('handover.begin.title')} sub={own ? t('handover.begin.mine') : t('handover.begin.of', { name: query.data?.giver?.name ?? '' })} />
      <Failure error={query.error} onRetry={() => void query.refetch()} />
      {!open && !query.error && <Bones rows={5} h={72} />}
      {open?.length === 0 && <div className="card"><Empty icon="people" title={t('handover.begin.nothing')} text={t('handover.begin.nothingText')} /></div>}
      {open && open.length > 1 && (
        <div className="field">
          <label htmlFor="x-store">{t('handover.begin.store')}</label>
          <select id="x-store" className="native" value={store?.storeId} onChange={(e) => setChosen(e.target.value)}>
            {open.map((s) => <option key={s.storeId} value={s.storeId}>{stores.find((x) => x.id === s.storeId)?.name} · {t('handover.files', { count: s.files })}</option>)}
          </select>
        </div>
      )}
      {store && <Form key={store.storeId} store={store} giver={query.data?.giver} giverId={giverId} only={params.get('file') ?? ''} />}
    </div>
  )
}

function Form({ store, giver, giverId, only }: { store: GiverStore; giver: HandoverPerson | undefined; giverId: string; only: string }) {
  const { t } = useTranslation()
  const go = useNavigate()
  const href = useHref()
  const reload = useReload()
  const { businessDate } = useMe()
  const [receiverId, setReceiver] = useState('')
  const receiver = store.receivers.find((r) => r.id === receiverId)
  const same = receiver?.position === store.lastPosition // of who is gone: the seat he left
  const [asked, setKind] = useState<HandoverKind>()
  const kind = asked ?? (same ? HandoverKind.SAME_POST : HandoverKind.OTHER_POST)
  const [cause, setCause] = useState<HandoverCause>(only ? HandoverCause.OTHER : HandoverCause.LEAVING)
  const [all, setAll] = useState(!only && store.held === 0)
  const [picked, setPicked] = useState<string[]>(only ? [only] : [])
  const [until, setUntil] = useState('')
  const [tried, setTried] = useState(false)
  const send = useMutation(HandoverService.method.requestHandover, { onSuccess: (res) => { reload(); void go(href(`/handovers/${res.handover?.id}`), { replace: true }) } })
  const custody = kind === HandoverKind.CUSTODY
  const choose = (k: HandoverKind) => {
    setKind(k)
    if (k === HandoverKind.CUSTODY && cause === HandoverCause.LEAVING) setCause(HandoverCause.LEAVE) // who leaves for good gets nothing back
  }
  const wrong = !receiverId || custody && until <= businessDate || !all && picked.length === 0
  const submit = () => {
    setTried(true)
    if (!wrong) send.mutate({ giverId, storeId: store.storeId, receiverId, kind, cause, all, fileIds: all ? [] : picked, untilDate: custody ? until : '' })
  }
  if (store.held >= store.files) return <div className="card"><Empty icon="swap" title={t('handover.begin.allHeld')}><Go to="/handovers">{t('handover.back')}</Go></Empty></div>
  if (store.receivers.length === 0) return <div className="card"><Empty icon="staff" title={t('handover.begin.noReceivers')} /></div>
  return (
    <form className="card pad begin" onSubmit={(e) => { e.preventDefault(); submit() }} noValidate>
      {store.held > 0 && <p className="second">{t('handover.begin.inHand', { count: store.held })}</p>}
      <dl className="case-facts"><dt>{t('handover.begin.giver')}</dt><dd>{giver?.name} <span className="quiet mono">{giver?.staffNo}</span> {store.position ? <span lang="zh-CN">{store.position}</span> : <span className="quiet">{t('handover.begin.gone')}</span>} · {t('handover.files', { count: store.files })}</dd></dl>
      <div className="field">
        <label htmlFor="x-receiver">{t('handover.begin.receiver')}</label>
        <PersonPick id="x-receiver" people={store.receivers.map((r) => ({ ...r, text: [r.position, t('handover.load', { count: r.files }), r.noAccount && t('handover.begin.noAccount')].filter(Boolean).join(' · ') }))} value={receiverId} none={t('handover.begin.choose')} onChange={setReceiver} />
        {receiver?.noAccount && <p className="second small">{t('handover.begin.cantAccept', { name: receiver.name })}</p>}
        {tried && !receiverId && <Wrong text={t('handover.begin.chooseReceiver')} />}
      </div>
      <fieldset aria-label={t('handover.begin.kind')}>
        <span className="label">{t('handover.begin.kind')}</span>
        {kinds.map((k) => {
          const off = k === HandoverKind.SAME_POST && receiver !== undefined && !same ? 'same' : k === HandoverKind.CUSTODY && store.position === '' ? 'custody' : undefined
          return (
            <label key={k} className="kind">
              <input type="radio" name="kind" checked={kind === k} disabled={off !== undefined} onChange={() => choose(k)} />
              <span>{t(`handover.kinds.${kindKey[k]}`)}<small>{t(off ? `handover.kindOff.${off}` : `handover.kindTexts.${kindKey[k]}`)}</small></span>
            </label>
          )
        })}
      </fieldset>
      {custody && (
        <div className="field">
          <label htmlFor="x-until">{t('handover.begin.untilLabel')}</label>
          <Input id="x-until" type="date" min={addDays(businessDate, 1)} value={until} onChange={(e) => setUntil(e.target.value)} style={{ maxWidth: 220 }} />
          {tried && until <= businessDate && <Wrong text={t('handover.begin.untilNeed')} />}
        </div>
      )}
      <div className="field">
        <span className="label" id="x-cause">{t('handover.begin.cause')}</span>
        <RadioChoices id="x-cause" value={cause} onChange={setCause} values={causes.map((value) => ({ value, label: t(`handover.causes.${causeKey[value]}`) }))} />
      </div>
      <div className="field">
        <span className="label" id="x-which">{t('handover.begin.which')}</span>
        <RadioChoices id="x-which" value={all ? 1 : 2} onChange={(v) => setAll(v === 1)} values={[{ value: 1, label: t('handover.begin.all', { count: store.files }) }, { value: 2, label: t('handover.begin.some') }]} />
        <Picks store={store} giverId={giverId} first={only} all={all} picked={picked} onPick={setPicked} />
        {!all && <small className="quiet">{t('handover.begin.pick', { count: picked.length })}</small>}
        {tried && !all && picked.length === 0 && <Wrong text={t('handover.begin.pickNone')} />}
      </div>
      <p className="second small">{t('handover.begin.note')}</p>
      <Failure error={send.error} />
      <div className="actions"><Button type="primary" htmlType="submit" loading={send.isPending}>{t('handover.begin.submit')}</Button></div>
    </form>
  )
}

// The giver's guests (HND-02): to look at where all go, else to choose from.
function Picks({ store, giverId, first, all, picked, onPick }: { store: GiverStore; giverId: string; /** Whom the form was opened for: he is not looked for. */ first: string; all: boolean; picked: string[]; onPick(files: string[]): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const list = useInfiniteQuery(HandoverService.method.listGiverFiles, { giverId, storeId: store.storeId, pageSize: 100, pageToken: '' }, { pageParamKey: 'pageToken', getNextPageParam: (last) => last.nextPageToken || undefined })
  const files = list.data?.pages.flatMap((page) => page.files).sort((a, b) => Number(b.fileId === first) - Number(a.fileId === first))
  if (!files) return list.error ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : <Bones rows={3} h={44} />
  return (
    <>
      <ul className="picks" aria-label={t(all ? 'handover.begin.guests' : 'handover.begin.some')}>
        {files.map((f) => {
          const held = f.state === HandoverFileState.HELD
          return (
            <li key={f.fileId}>
              <label>
                {!all && <input type="checkbox" disabled={held} checked={picked.includes(f.fileId)} onChange={(e) => onPick(e.target.checked ? [...picked, f.fileId] : picked.filter((x) => x !== f.fileId))} />}
                <span className="grow"><b>{f.guestName || t('inbox.someone')}</b> <small className="mono">{f.maskedNumber}</small></span>
                <small>{f.lastVisitDate ? t('today.lastVisit', { date: formatDate(f.lastVisitDate, lang) }) : t('today.noVisit')}</small>
                {held && <Chip tone="soon">{t('handover.begin.held')}</Chip>}
              </label>
            </li>
          )
        })}
      </ul>
      {list.hasNextPage && <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('handover.begin.more')}</Button>}
    </>
  )
}
