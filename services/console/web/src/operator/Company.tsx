import { ChainService } from '@changke/gen/operator/v1/chain_service'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { formatTime } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { Bones, Failure, PageHead, Wrong } from '../ui/parts.tsx'
import { ExportLines, moving } from './ExportLines.tsx'
import { SupportList } from './SupportList.tsx'
import './operator.css'

/** 支持与导出: the chain's data as a whole, and whether the platform's support may look in. */
export default function Company() {
  const { t } = useTranslation()
  const mayExport = useCan('chain.export')
  const mayConsent = useCan('support.consent')
  return (
    <div className="page">
      <PageHead title={t('menu.company')} sub={t('company.lead')} />
      {mayConsent && <SupportList />}
      {mayExport && <Exports />}
    </div>
  )
}

function Exports() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const { zone } = useStores()
  const [editing, setEditing] = useState(false)
  const list = useQuery(ChainService.method.listExports, {}, { refetchInterval: (q) => (moving(q.state.data?.exports) ? 2_000 : false) })
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: ChainService.method.listExports, cardinality: 'finite' }) })
  const start = useMutation(ChainService.method.startExport, { onSettled: reload })
  const download = useMutation(ChainService.method.downloadExport, { onSuccess: ({ path }) => window.location.assign(path) })
  const data = list.data
  return (
    <>
      <section className="card pad stack" aria-labelledby="key-head">
        <h2 id="key-head">{t('company.key')}</h2>
        <p className="second">{t('company.keyText')}</p>
        <Failure error={list.error} onRetry={() => void list.refetch()} />
        {!data ? !list.error && <Bones rows={1} /> : editing || !data.recipient ? (
          <Register first={!data.recipient} onDone={() => { setEditing(false); void reload() }} onCancel={() => setEditing(false)} />
        ) : (
          <div className="desk-lines"><div className="row" style={{ flexWrap: 'wrap', gap: 12 }}><div className="grow"><span className="mono" style={{ overflowWrap: 'anywhere' }}>{data.recipient}</span><p className="small">{t('company.registered', { name: data.registeredBy, time: formatTime(data.registerTime, lang, zone) })}</p></div><Button onClick={() => setEditing(true)}>{t('company.replace')}</Button></div></div>
        )}
      </section>
      <section className="card pad stack" aria-labelledby="export-head">
        <h2 id="export-head">{t('company.exports')}</h2>
        <p className="second">{t('company.exportsText')}</p>
        <Failure error={start.error ?? download.error} onClose={() => { start.reset(); download.reset() }} />
        {data && (
          <>
            <div className="actions"><Button type={data.recipient ? 'primary' : 'default'} disabled={!data.recipient || moving(data.exports)} loading={start.isPending} onClick={() => start.mutate({})}>{t('company.start')}</Button>{!data.recipient && <span className="quiet">{t('company.needFirst')}</span>}</div>
            {data.exports.length === 0 ? <p className="quiet">{t('company.none')}</p> : <ExportLines exports={data.exports} zone={zone} busy={download.isPending} onDownload={(e) => download.mutate({ exportId: e.id })} />}
            {data.exports.length > 0 && <details className="small"><summary>{t('company.open')}</summary><code className="command mono">age -d -i chain.key -o chain.zip changke-….zip.age</code></details>}
          </>
        )}
      </section>
    </>
  )
}

function Register({ first, onDone, onCancel }: { first: boolean; onDone(): void; onCancel(): void }) {
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const [tried, setTried] = useState(false)
  const save = useMutation(ChainService.method.setRecipient, { onSuccess: onDone })
  return (
    <form className="stack" style={{ gap: 12 }} onSubmit={(e) => { e.preventDefault(); setTried(true); if (key.trim()) save.mutate({ recipient: key.trim() }) }} noValidate>
      {first && <b>{t('company.keyNone')}</b>}
      <p>{t('company.keyHow')}</p>
      <code className="command mono">age-keygen -o chain.key</code>
      <div className="field"><label htmlFor="x-key">{t('company.paste')}</label><Input id="x-key" className="mono" value={key} maxLength={200} placeholder={t('company.pasteHint')} onChange={(e) => setKey(e.target.value)} autoComplete="off" spellCheck={false} /><Wrong text={tried && !key.trim() ? t('company.needKey') : undefined} /></div>
      <Failure error={save.error} />
      <div className="actions"><Button type="primary" htmlType="submit" loading={save.isPending}>{t('company.save')}</Button>{!first && <Button onClick={onCancel}>{t('app.cancel')}</Button>}</div>
    </form>
  )
}
