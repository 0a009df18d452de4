import { timestampMs } from '@bufbuild/protobuf/wkt'
import { StaffService } from '@changke/gen/staff/v1/staff_service'
import type { ApiKey } from '@changke/gen/staff/v1/staff'
import { createConnectQueryKey, useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan, useStores } from '../app/me.tsx'
import { GuideLink } from '../pos/GuideLink.tsx'
import { DataList, type Column } from '../ui/DataList.tsx'
import { formatTime, joinWords } from '../ui/format.ts'
import { useLanguage, useNow } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Chip, Empty, Failure, PageHead } from '../ui/parts.tsx'
import { KeyLimit } from './KeyLimit.tsx'
import { NewKey, scopes } from './NewKey.tsx'
import { RotateKey } from './RotateKey.tsx'

/** 接口密钥: the keys of POS vendors; a secret is shown once, a key is gone at once. */
export default function Keys() {
  const { t } = useTranslation()
  const lang = useLanguage()
  const client = useQueryClient()
  const { nameOf, zone } = useStores()
  const mayWrite = useCan('apikey.write')
  const [making, setMaking] = useState(false)
  const [limiting, setLimiting] = useState<ApiKey>()
  const [rotating, setRotating] = useState<ApiKey>()
  const now = useNow()
  const list = useQuery(StaffService.method.listApiKeys, {})
  const reload = () => client.invalidateQueries({ queryKey: createConnectQueryKey({ schema: StaffService.method.listApiKeys, cardinality: 'finite' }) })
  const revoke = useMutation(StaffService.method.revokeApiKey, { onSuccess: reload })
  const scopeNames = (k: ApiKey) => joinWords(k.scopes.map((s) => (s in scopes ? t(`keys.scopes.${scopes[s as keyof typeof scopes]}`) : s)), lang)
  const live = (k: ApiKey) => !k.revokeTime && !!k.expireTime && timestampMs(k.expireTime) > now
  const act = (k: ApiKey) => mayWrite && live(k) && (
    <div className="row key-acts">
      <Button size="small" onClick={() => setLimiting(k)}>{t('keys.limit')}</Button>
      {!k.replacedById && <Button size="small" onClick={() => setRotating(k)}>{t('keys.rotate')}</Button>}
      <Popconfirm title={t('keys.revokeTitle', { label: k.label })} description={t('keys.revokeText')} okText={t('keys.revoke')} cancelText={t('app.cancel')} okButtonProps={{ danger: true }} onConfirm={() => revoke.mutate({ keyId: k.id })}>
        <Button size="small" danger loading={revoke.isPending && revoke.variables?.keyId === k.id}>{t('keys.revoke')}</Button>
      </Popconfirm>
    </div>
  )
  const used = (k: ApiKey) => (k.lastUseTime ? formatTime(k.lastUseTime, lang, zone) : t('keys.never'))
  const columns: Column<ApiKey>[] = [
    { key: 'label', title: t('keys.label'), cell: (k) => <b>{k.label}</b> },
    { key: 'prefix', title: t('keys.prefix'), cell: (k) => <span className="mono">{k.prefix}…</span> },
    { key: 'scopes', title: t('keys.may'), cell: scopeNames },
    { key: 'stores', title: t('app.store'), cell: (k) => joinWords(k.storeIds.map(nameOf), lang) },
    { key: 'used', title: t('keys.used'), cell: (k) => <span className={k.lastUseTime ? 'nowrap' : 'quiet'}>{used(k)}</span>, optional: true },
    { key: 'calls', title: t('keys.calls'), cell: (k) => k.callsPerMinute.toLocaleString('en-US'), num: true, optional: 'off' },
    { key: 'expire', title: t('keys.expires'), cell: (k) => <span className="nowrap">{formatTime(k.expireTime, lang, zone)}</span>, optional: true },
    { key: 'state', title: t('keys.state'), cell: (k) => <KeyState apiKey={k} /> },
    { key: 'act', title: '', cell: act, num: true },
  ]
  return (
    <div className="page">
      <PageHead title={t('menu.keys')} sub={<>{t('keys.lead')} <GuideLink /></>}>
        {mayWrite && <Button type="primary" icon={<Icon name="plus" size={18} />} onClick={() => setMaking(true)}>{t('keys.new')}</Button>}
      </PageHead>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Failure error={revoke.error} onClose={() => revoke.reset()} />
      {!(list.error && !list.data) && (
        <DataList
          name="keys"
          columns={columns}
          rows={list.data?.keys}
          rowKey={(k) => k.id}
          card={(k) => (
            <div className="stack" style={{ gap: 6 }}>
              <div className="row" style={{ justifyContent: 'space-between' }}><b>{k.label}</b><KeyState apiKey={k} /></div>
              <span className="mono quiet">{k.prefix}…</span>
              <span className="second">{scopeNames(k)} · {joinWords(k.storeIds.map(nameOf), lang)}</span>
              <span className="quiet small">{t('keys.used')} {used(k)} · {t('keys.perMinute', { count: k.callsPerMinute })}</span>
              {act(k)}
            </div>
          )}
          empty={<Empty icon="key" title={t('keys.empty')} text={t('keys.emptyText')}>{mayWrite && <Button type="primary" onClick={() => setMaking(true)}>{t('keys.new')}</Button>}</Empty>}
        />
      )}
      {limiting && <KeyLimit apiKey={limiting} onClose={() => setLimiting(undefined)} onDone={() => { setLimiting(undefined); void reload() }} />}
      {rotating && <RotateKey apiKey={rotating} onClose={() => setRotating(undefined)} onMade={() => void reload()} />}
      {making && <NewKey onClose={() => setMaking(false)} onMade={() => void reload()} />}
    </div>
  )
}

function KeyState({ apiKey: k }: { apiKey: ApiKey }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const { zone } = useStores()
  const now = useNow()
  if (k.revokeTime) return <Chip title={formatTime(k.revokeTime, lang, zone)}>{t('keys.revoked')}</Chip>
  const left = k.expireTime ? timestampMs(k.expireTime) - now : 0
  if (left <= 0) return <Chip>{t('keys.expired')}</Chip>
  if (k.replacedById) return <Chip title={t('keys.replaced')}>{t('keys.replacedUntil', { date: formatTime(k.expireTime, lang, zone) })}</Chip>
  if (left < 30 * 86_400_000) return <Chip tone="soon">{t('keys.expiring', { count: Math.ceil(left / 86_400_000) })}</Chip>
  return <Chip>{t('keys.live')}</Chip>
}
