import { timestampMs } from '@bufbuild/protobuf/wkt'
import { GuestRequestKind, GuestRequestState, type GuestRequest } from '@changke/gen/customer/v1/deletion'
import { GuestRightService } from '@changke/gen/customer/v1/guest_right_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStores } from '../app/me.tsx'
import { formatTime, inBrackets, joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Failure, Go, TimeLeft } from '../ui/parts.tsx'
import { ReasonDialog } from '../ui/ReasonDialog.tsx'
import { saveWorkbook } from '../ui/save.ts'
import { CorrectDialog } from './CorrectDialog.tsx'
import { ForeverDialog } from './ForeverDialog.tsx'
import { channelOf, identityOf, kindOf, stateOf } from './guestRequests.ts'
import { VerifyDialog } from './VerifyDialog.tsx'
import { stateOf as fileStateOf } from './words.ts'

type Asked = 'verify' | 'correct' | 'erase' | 'refuse'

/** One request: who asks for what, until when, and the next act. */
export function GuestRequestItem({ request: r, onMoved }: { request: GuestRequest; onMoved(text: string): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const [asked, setAsked] = useState<Asked>()
  const done = () => {
    setAsked(undefined)
    onMoved(t('legal.done'))
  }
  const copy = useMutation(GuestRightService.method.downloadGuestCopy, {
    onSuccess: ({ file, fileName }) => {
      saveWorkbook(file, fileName)
      onMoved(t('legal.copyDone'))
    },
  })
  const act = useMutation(GuestRightService.method.carryOutGuestRequest, { onSuccess: done })
  const refuse = useMutation(GuestRightService.method.refuseGuestRequest, { onSuccess: done })
  const open = r.state === GuestRequestState.RECEIVED || r.state === GuestRequestState.VERIFIED
  const verified = r.state === GuestRequestState.VERIFIED
  const look = stateOf(r.state)
  const names = joinWords(r.files.map((f) => inBrackets(f.guestName, f.storeName, lang)), lang)
  return (
    <article className="card card-body change-card" aria-label={`${t(`legal.kinds.${kindOf(r.kind)}`)} ${r.maskedNumber}`}>
      <div className="row" style={{ justifyContent: 'space-between' }}>
        <span className="row"><b>{t(`legal.kinds.${kindOf(r.kind)}`)}</b>{r.maskedNumber ? <span className="mono second">{r.maskedNumber}</span> : <span className="quiet">{t('legal.erased')}</span>}<Chip tone={look.tone}>{t(`legal.states.${look.key}`)}</Chip></span>
        {open && r.dueTime && <TimeLeft due={timestampMs(r.dueTime)} soonHours={72} />}
      </div>
      {r.note && <p>{r.note}</p>}
      {open && (r.files.length > 0 ? (
        <dl className="evidence"><div><dt>{t('legal.files')}</dt><dd className="row">{r.files.map((f) => <span key={f.fileId} className="row"><Go to={`/customers/${f.fileId}`}>{f.guestName} · {f.storeName}</Go><Chip tone={fileStateOf(f.state).tone}>{t(`customer.states.${fileStateOf(f.state).key}`)}</Chip></span>)}</dd></div></dl>
      ) : <p className="second">{t('legal.noFiles')}</p>)}
      <p className="second small">
        {t('legal.by', { name: r.receivedName, time: formatTime(r.receiveTime, lang, zone), channel: t(`legal.channels.${channelOf(r.channel)}`) })}{r.storeName && t('legal.at', { store: r.storeName })}
        {r.verifiedName && <><br />{t('legal.verified', { name: r.verifiedName, time: formatTime(r.verifyTime, lang, zone), how: t(`legal.identities.${identityOf(r.identity)}`) })}</>}
        {r.decidedName && <><br />{t('legal.decidedBy', { name: r.decidedName, time: formatTime(r.decideTime, lang, zone) })}</>}
      </p>
      {r.state === GuestRequestState.DONE && <p><Icon name="check" size={16} /> {t(`legal.result.${kindOf(r.kind)}`, { count: r.handledFiles })}</p>}
      {r.refusal && <p className="text-late">{t('legal.refusedBecause', { reason: r.refusal })}</p>}
      {verified && r.kind === GuestRequestKind.COPY && <p className="quiet small">{t('legal.copyHow')}</p>}
      {verified && !r.decidable && <p className="quiet small"><Icon name="lock" size={14} /> {t('legal.eraseOther')}</p>}
      <Failure error={copy.error} onClose={() => copy.reset()} />
      {open && (
        <div className="actions">
          {!verified && <Button type="primary" onClick={() => setAsked('verify')}>{t('legal.verify')}</Button>}
          {verified && r.kind === GuestRequestKind.COPY && <Button type="primary" loading={copy.isPending} onClick={() => copy.mutate({ requestId: r.id })}>{t('legal.copy')}</Button>}
          {verified && r.kind === GuestRequestKind.CORRECTION && <Button type="primary" onClick={() => setAsked('correct')}>{t('legal.correct')}</Button>}
          {verified && r.kind === GuestRequestKind.ERASURE && r.decidable && <Button type="primary" danger onClick={() => setAsked('erase')}>{t('legal.erase')}</Button>}
          <Button onClick={() => setAsked('refuse')}>{t('legal.refuse')}</Button>
        </div>
      )}
      {asked === 'verify' && <VerifyDialog requestId={r.id} onClose={() => setAsked(undefined)} onDone={done} />}
      {asked === 'correct' && <CorrectDialog busy={act.isPending} error={act.error} onClose={() => { act.reset(); setAsked(undefined) }} onSend={(corrections) => act.mutate({ requestId: r.id, corrections })} />}
      {asked === 'erase' && (
        <ForeverDialog
          title={t('legal.eraseTitle')} lead={t('legal.eraseHow')} goes={[r.files.length > 0 ? t('legal.eraseFiles', { count: r.files.length, names }) : t('legal.eraseNone'), t('deletion.goes.person'), t('deletion.goes.keeps')]}
          sure={t('legal.eraseSure')} need={t('legal.needSure')} act={t('legal.eraseYes')} busy={act.isPending} error={act.error} onClose={() => { act.reset(); setAsked(undefined) }} onSure={() => act.mutate({ requestId: r.id })}
        />
      )}
      {asked === 'refuse' && (
        <ReasonDialog
          title={t('legal.refuseTitle')} label={t('legal.refuseReason')} need={t('deletion.needReason')} act={t('legal.refuse')}
          busy={refuse.isPending} error={refuse.error} onClose={() => { refuse.reset(); setAsked(undefined) }} onSend={(reason) => refuse.mutate({ requestId: r.id, reason })}
        />
      )}
    </article>
  )
}
