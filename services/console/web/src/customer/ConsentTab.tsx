import { ConsentHow, ConsentPurpose, type Consent, type ConsentStanding, type ConsentText } from '@changke/gen/customer/v1/deletion'
import { ConsentService } from '@changke/gen/customer/v1/consent_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Chip, Empty, Failure, Wrong } from '../ui/parts.tsx'
import { RadioChoices } from '../ui/RadioChoices.tsx'
import './consent.css'

const purposes = [[ConsentPurpose.FILE, 'file'], [ConsentPurpose.SERVICE, 'service'], [ConsentPurpose.MARKETING, 'marketing']] as const
const purposeOf = (purpose: ConsentPurpose) => purposes.find(([p]) => p === purpose)?.[1] ?? 'file'
const hows = [[ConsentHow.IN_PERSON, 'person'], [ConsentHow.PHONE, 'phone'], [ConsentHow.PAPER, 'paper'], [ConsentHow.ONLINE, 'online'], [ConsentHow.MESSAGE, 'message']] as const

/** 授权: what the guest agreed to and took back, when, and which text; each recorded here counts at once (CUS-11). */
export function ConsentTab({ fileId }: { fileId: string }) {
  const { t } = useTranslation()
  const line = useLine()
  const [recording, setRecording] = useState<{ purpose: ConsentPurpose; given: boolean }>()
  const [opened, setOpened] = useState(false)
  const { data, error, refetch } = useQuery(ConsentService.method.listConsents, { fileId })
  if (error) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <Bones rows={3} h={96} />
  const textOf = (purpose: ConsentPurpose) => data.texts.find((x) => x.purpose === purpose)
  return (
    <div className="stack">
      <p className="quiet">{t('consent.lead')}</p>
      {opened && <p className="notice calm" role="status"><Icon name="shield" size={18} />{t('consent.opened')}</p>}
      <div className="consents">
        {data.standings.map((s) => <Standing key={s.purpose} standing={s} text={textOf(s.purpose)} onRecord={(given) => setRecording({ purpose: s.purpose, given })} />)}
      </div>
      <section className="card">
        <div className="card-head"><h2>{t('consent.history')}</h2></div>
        {data.lines.length === 0 ? <Empty icon="shield" title={t('consent.historyNone')} text={t('consent.historyNoneText')} /> : (
          <ol className="consent-lines">
            {data.lines.map((l, i) => (
              <li key={i}>
                <b>{t(`consent.purposes.${purposeOf(l.purpose)}`)}</b> <Chip tone={l.given ? 'done' : 'late'}>{t(l.given ? 'consent.given' : 'consent.withdrawn')}</Chip>
                <span className="second small">{line(l)} · {l.textVersion > 0 ? t('consent.version', { version: l.textVersion }) : t('consent.versionFirst')}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
      {recording && (
        <Record
          fileId={fileId} purpose={recording.purpose} given={recording.given} text={textOf(recording.purpose)} onClose={() => setRecording(undefined)}
          onDone={(erasure) => { setRecording(undefined); setOpened(erasure); void refetch() }}
        />
      )}
    </div>
  )
}

// When, how and by whom, in one line.
function useLine(): (line: Consent) => string {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  return (l) => t('consent.line', { time: formatTime(l.time, lang, zone), how: t(`consent.hows.${hows.find(([h]) => h === l.how)?.[1] ?? 'person'}`), name: l.recordedName || t('timeline.system') })
}

function Standing({ standing: s, text, onRecord }: { standing: ConsentStanding; text: ConsentText | undefined; onRecord(given: boolean): void }) {
  const { t } = useTranslation()
  const line = useLine()
  const may = useCan('customer.write')
  const key = purposeOf(s.purpose)
  const given = s.latest?.given
  return (
    <section className="card card-body consent" aria-label={t(`consent.purposes.${key}`)}>
      <h3>{t(`consent.purposes.${key}`)}</h3>
      <p className="row"><Chip tone={given === undefined ? 'calm' : given ? 'done' : 'late'}>{t(given === undefined ? 'consent.never' : given ? 'consent.given' : 'consent.withdrawn')}</Chip>{key !== 'file' && <span className="second small">{t(s.allowed ? 'consent.allowed' : 'consent.stopped')}</span>}</p>
      <p className="quiet small">{s.latest ? line(s.latest) : t(`consent.purposeHelp.${key}`)}</p>
      <Text text={text} />
      {may && (
        <div className="actions">
          {given !== true && <Button onClick={() => onRecord(true)}>{t('consent.give')}</Button>}
          {(given === true || (given === undefined && s.allowed)) && <Button onClick={() => onRecord(false)}>{t('consent.take')}</Button>}
        </div>
      )}
    </section>
  )
}

function Text({ text, open }: { text: ConsentText | undefined; open?: boolean }) {
  const { t } = useTranslation()
  if (!text) return null
  return (
    <details className="consent-text" open={open}>
      <summary>{text.version > 0 ? t('consent.text', { version: text.version }) : t('consent.textFirst')}</summary>
      <blockquote lang="zh-CN">{text.body}</blockquote>
    </details>
  )
}

function Record({ fileId, purpose, given, text, onClose, onDone }: { fileId: string; purpose: ConsentPurpose; given: boolean; text: ConsentText | undefined; onClose(): void; onDone(erasureOpened: boolean): void }) {
  const { t } = useTranslation()
  const [how, setHow] = useState<ConsentHow>(ConsentHow.UNSPECIFIED)
  const [tried, setTried] = useState(false)
  const record = useMutation(ConsentService.method.recordConsent, { onSuccess: ({ erasureOpened }) => onDone(erasureOpened) })
  const word = t(`consent.purposes.${purposeOf(purpose)}`)
  const save = () => {
    setTried(true)
    if (how !== ConsentHow.UNSPECIFIED) record.mutate({ fileId, purpose, given, how })
  }
  return (
    <Dialog title={t(given ? 'consent.giveTitle' : 'consent.takeTitle', { purpose: word })} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        {given ? <><p className="second">{t('consent.readIt')}</p><Text text={text} open /></>
          : purpose === ConsentPurpose.FILE ? <div className="notice late"><Icon name="alert" size={18} /><p>{t('consent.takeFile')}</p></div> : <p className="second">{t('consent.takeHow')}</p>}
        <div className="field">
          <span className="label" id="n-how">{t('consent.how')}</span>
          <RadioChoices id="n-how" values={hows.map(([value, key]) => ({ value, label: t(`consent.hows.${key}`) }))} value={how} onChange={setHow} />
          {tried && how === ConsentHow.UNSPECIFIED && <Wrong text={t('consent.needHow')} />}
        </div>
        <Failure error={record.error} />
        <div className="actions"><Button type="primary" danger={!given && purpose === ConsentPurpose.FILE} htmlType="submit" loading={record.isPending}>{t('consent.save')}</Button><Button onClick={onClose}>{t('app.cancel')}</Button></div>
      </form>
    </Dialog>
  )
}
