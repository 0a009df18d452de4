import { ChainState, type Chain } from '@changke/gen/operator/v1/operator'
import { OperatorService } from '@changke/gen/operator/v1/operator_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { formatCount, formatDate, formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Failure } from '../ui/parts.tsx'
import { State } from './Chains.tsx'
import { ExportLines, moving } from './ExportLines.tsx'
import { Code } from './NewChain.tsx'

/** One chain: what the operator can do with it. */
export function ChainSheet({ chain: c, onClose, onChanged }: { chain: Chain; onClose(): void; onChanged(): void }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const [asking, setAsking] = useState<Act>()
  const moved = { onSuccess: onChanged, onSettled: () => setAsking(undefined) }
  const suspend = useMutation(OperatorService.method.suspendChain, moved)
  const resume = useMutation(OperatorService.method.resumeChain, moved)
  const close = useMutation(OperatorService.method.closeChain, moved)
  const renew = useMutation(OperatorService.method.renewChainActivation, { gcTime: 0 })
  const of = { tenantId: c.id }
  if (renew.data) return <Code title={t('operator.renew')} lines={[[t('operator.address'), `${window.location.origin}/activate?${new URLSearchParams({ chain: c.code })}`], [t('operator.chainCode'), c.code]]} code={renew.data.activationCode} onClose={() => renew.reset()} />
  const error = suspend.error ?? resume.error ?? close.error ?? renew.error
  return (
    <Dialog side title={c.name} onClose={onClose}>
      <div className="stack" style={{ gap: 22 }}>
        <dl className="facts" style={{ gridTemplateColumns: '1fr 1fr' }}>
          <div><dt>{t('operator.chainCode')}</dt><dd className="mono">{c.code}</dd></div>
          <div><dt>{t('operator.state')}</dt><dd><State chain={c} /> {c.stateTime && <span className="second">{t('operator.since', { time: formatTime(c.stateTime, lang) })}</span>}{c.keepUntilDate && <p className="second">{t('operator.keep', { date: formatDate(c.keepUntilDate, lang) })}</p>}</dd></div>
          <div><dt>{t('operator.stores')} / {t('operator.staffCount')} / {t('operator.files')}</dt><dd>{formatCount(c.stores)} / {formatCount(c.staff)} / {formatCount(c.files)}</dd></div>
          <div><dt>{t('operator.created')}</dt><dd>{formatTime(c.createTime, lang)}</dd></div>
        </dl>
        <Failure error={error} onClose={() => { suspend.reset(); resume.reset(); close.reset(); renew.reset() }} />
        {c.state !== ChainState.CLOSED && !asking && (
          <div className="actions">
            {c.state === ChainState.ACTIVE && <Button onClick={() => setAsking('suspend')}>{t('operator.suspend')}</Button>}
            {c.state === ChainState.SUSPENDED && <Button type="primary" onClick={() => setAsking('resume')}>{t('operator.resume')}</Button>}
            {(c.staff <= 1n || c.sandbox) && <Button title={t('operator.renewText')} loading={renew.isPending} onClick={() => renew.mutate(of)}>{t('operator.renew')}</Button>}
            <Button danger onClick={() => setAsking('close')}>{t('operator.close')}</Button>
          </div>
        )}
        {asking && <Sure key={asking} act={asking} chain={c} busy={suspend.isPending || resume.isPending || close.isPending} onCancel={() => setAsking(undefined)} onSure={(code) => (asking === 'suspend' ? suspend.mutate(of) : asking === 'resume' ? resume.mutate(of) : close.mutate({ ...of, code }))} />}
        {c.state === ChainState.ACTIVE && <Ask chain={c} />}
        <Exports chain={c} />
      </div>
    </Dialog>
  )
}

type Act = 'suspend' | 'resume' | 'close'

/** Asks once more, in the place itself: a bubble would lie behind the dialog. Closing, which is for good, wants the code typed. */
function Sure({ act, chain: c, busy, onSure, onCancel }: { act: Act; chain: Chain; busy: boolean; onSure(typed: string): void; onCancel(): void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const title = t(`operator.${act}Title`, { name: c.name })
  return (
    <section className={act === 'close' ? 'failure' : 'notice'} aria-label={title}>
      <form className="stack" style={{ gap: 12, flex: 1 }} onSubmit={(e) => { e.preventDefault(); onSure(typed) }}>
        <strong>{title}</strong>
        <p>{t(`operator.${act}Text`)}</p>
        {act === 'close' && <div className="field"><label htmlFor="c-close">{t('operator.closeType', { code: c.code })}</label><Input id="c-close" value={typed} onChange={(e) => setTyped(e.target.value)} autoComplete="off" autoCapitalize="none" /></div>}
        <div className="actions"><Button type="primary" htmlType="submit" danger={act !== 'resume'} disabled={act === 'close' && typed.trim().toLowerCase() !== c.code} loading={busy}>{t(act === 'close' ? 'operator.doClose' : `operator.${act}`)}</Button><Button onClick={onCancel}>{t('app.cancel')}</Button></div>
      </form>
    </section>
  )
}

function Ask({ chain: c }: { chain: Chain }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const ask = useMutation(OperatorService.method.askSupport)
  return (
    <section className="stack" style={{ gap: 10 }} aria-label={t('operator.askTitle', { name: c.name })}>
      <h3>{t('operator.ask')}</h3>
      <p className="second">{t('operator.askText')}</p>
      {ask.data ? <p className="text-done">{t('operator.asked')}</p> : (
        <form className="stack" style={{ gap: 10 }} onSubmit={(e) => { e.preventDefault(); setTried(true); if (reason.trim()) ask.mutate({ tenantId: c.id, reason: reason.trim() }) }} noValidate>
          <div className="field"><label htmlFor="c-reason">{t('operator.reason')}</label><Input id="c-reason" value={reason} maxLength={200} placeholder={t('operator.reasonHint')} onChange={(e) => setReason(e.target.value)} />{tried && !reason.trim() && <p className="wrong" role="alert">{t('operator.fill')}</p>}</div>
          <Failure error={ask.error} />
          <div className="actions"><Button htmlType="submit" loading={ask.isPending}>{t('operator.doAsk')}</Button></div>
        </form>
      )}
    </section>
  )
}

function Exports({ chain: c }: { chain: Chain }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const of = { tenantId: c.id }
  const list = useQuery(OperatorService.method.listChainExports, of, { refetchInterval: (q) => (moving(q.state.data?.exports) ? 2_000 : false) })
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: OperatorService.method.listChainExports, cardinality: 'finite' }) })
  const start = useMutation(OperatorService.method.startChainExport, { onSettled: reload })
  const download = useMutation(OperatorService.method.downloadChainExport, { onSuccess: ({ path }) => window.location.assign(path) })
  return (
    <section className="stack" style={{ gap: 10 }}>
      <h3>{t('operator.exports')}</h3>
      <p className="second">{t('operator.exportsText')}</p>
      <Failure error={list.error ?? start.error ?? download.error} onRetry={list.error ? () => void list.refetch() : undefined} />
      {!list.data ? !list.error && <Bones rows={1} /> : (
        <>
          {list.data.hasRecipient ? <div className="actions"><Button loading={start.isPending} disabled={moving(list.data.exports)} onClick={() => start.mutate(of)}>{t('operator.startExport')}</Button></div> : <p className="notice">{t('operator.noRecipient')}</p>}
          {list.data.exports.length === 0 ? list.data.hasRecipient && <p className="quiet">{t('operator.noExports')}</p> : <ExportLines exports={list.data.exports} busy={download.isPending} onDownload={(e) => download.mutate({ ...of, exportId: e.id })} />}
        </>
      )}
    </section>
  )
}
