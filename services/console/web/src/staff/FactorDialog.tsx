import { AccountService } from '@changke/gen/staff/v1/account_service'
import { useMutation } from '@connectrpc/connect-query'
import { Button, Input, QRCode } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMe } from '../app/me.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bone, Failure } from '../ui/parts.tsx'

/** Sets a second factor up: scan, prove, keep the recovery codes. */
export function FactorDialog({ onClose, onDone }: { onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const phone = usePhone()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const begin = useMutation(AccountService.method.beginSecondFactor, { gcTime: 0 })
  const confirm = useMutation(AccountService.method.confirmSecondFactor, { gcTime: 0 })
  const { mutate: start } = begin
  useEffect(() => start({}), [start])
  const digits = code.replaceAll(/\D/g, '')
  const save = () => {
    setTried(true)
    if (digits.length === 6) confirm.mutate({ code: digits })
  }
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recoveryCodes} onClose={onDone} />
  return (
    <Dialog title={t('factor.title')} onClose={onClose}>
      <form className="stack" style={{ gap: 18 }} onSubmit={(e) => { e.preventDefault(); save() }} noValidate>
        <p className="second">{t('factor.app')}</p>
        <Failure error={begin.error} onRetry={() => start({})} />
        {!begin.error && (
          <div className="factor-qr">
            {begin.data ? <div role="img" aria-label={t('factor.qr')}><QRCode value={begin.data.uri} type="svg" size={192} color="#000000" bgColor="#ffffff" bordered={false} errorLevel="M" /></div> : <Bone w={192} h={192} />}
            {phone && begin.data && <a className="linklike" href={begin.data.uri}>{t('factor.here')}</a>}
            <details>
              <summary>{t('factor.cannot')}</summary>
              <output className="secret mono">{begin.data?.secret.replaceAll(/(.{4})/g, '$1 ').trim()}</output>
            </details>
          </div>
        )}
        <div className="field">
          <label htmlFor="factor-code">{t('factor.code')}</label>
          <Input id="factor-code" size="large" inputMode="numeric" autoComplete="one-time-code" maxLength={7} value={code} onChange={(e) => setCode(e.target.value)} className="mono" style={{ maxWidth: 180 }} />
          {tried && digits.length !== 6 && <p className="wrong" role="alert"><Icon name="alert" size={16} />{t('factor.need')}</p>}
        </div>
        <Failure error={confirm.error} />
        <div className="actions">
          <Button type="primary" htmlType="submit" disabled={!begin.data} loading={confirm.isPending}>{t('factor.confirm')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
        </div>
      </form>
    </Dialog>
  )
}

/** Recovery codes, shown this once: only saying that they are kept closes it. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose(): void }) {
  const { t } = useTranslation()
  const me = useMe()
  const [copied, setCopied] = useState(false)
  const text = `${codes.join('\n')}\n`
  const name = t('factor.file', { name: me.person?.staffNo ?? '' })
  const download = () => {
    const url = URL.createObjectURL(new Blob([`${name}\n\n${text}`], { type: 'text/plain' }))
    const link = Object.assign(document.createElement('a'), { href: url, download: `${name}.txt` })
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Dialog title={t('factor.codesTitle')} onClose={onClose} closable={false}>
      <div className="stack" style={{ gap: 16 }}>
        <p>{t('factor.codesText')}</p>
        <ol className="recovery mono">{codes.map((code) => <li key={code}>{code}</li>)}</ol>
        <div className="actions">
          <Button icon={<Icon name={copied ? 'check' : 'copy'} size={16} />} onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>{t(copied ? 'factor.copied' : 'factor.copy')}</Button>
          <Button onClick={download}>{t('factor.download')}</Button>
          <Button type="primary" onClick={onClose}>{t('factor.kept')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
