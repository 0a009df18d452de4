import { CustomerService } from '@changke/gen/customer/v1/customer_service'
import { SpotCheckService } from '@changke/gen/customer/v1/spot_check_service'
import { SpotCheckResult } from '@changke/gen/customer/v1/customer'
import type { SpotCheck } from '@changke/gen/customer/v1/revision'
import { FieldKind } from '@changke/gen/customer/v1/template'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { intoView } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Failure, Wrong } from '../ui/parts.tsx'
import { useShown } from './FileTab.tsx'
import { useLabel, useTemplate } from './form.ts'

/** One drawn file, field by field: all well, what is wrong at which field, or no real guest at all. */
export function SpotCheckDialog({ check, onClose, onDone }: { check: SpotCheck; onClose(): void; onDone(): void }) {
  const { t } = useTranslation()
  const label = useLabel()
  const shown = useShown()
  const { data, error } = useQuery(CustomerService.method.getCustomer, { id: check.row?.id ?? '' })
  const template = useTemplate(data?.customer?.templateVersion)
  const [findings, setFindings] = useState<Record<string, string>>({})
  const [tried, setTried] = useState(false)
  const [ending, setEnding] = useState(false)
  const record = useMutation(SpotCheckService.method.recordSpotCheck, { onSuccess: onDone })
  const said = Object.entries(findings).flatMap(([field, reason]) => (reason.trim() ? [{ field, reason: reason.trim() }] : []))
  const save = (result: SpotCheckResult) => {
    setTried(result === SpotCheckResult.FINDING)
    if (result === SpotCheckResult.FINDING && said.length === 0) return
    record.mutate({ month: check.month, fileId: check.row?.id ?? '', result, findings: result === SpotCheckResult.FINE ? [] : said, confirmed: result === SpotCheckResult.NOT_REAL })
  }
  return (
    <Dialog title={t('change.checkTitle', { name: check.row?.name })} onClose={onClose} side>
      <div className="stack">
        <p className="quiet">{t('change.checkHow')}</p>
        <Failure error={error} />
        {!template && !error && <Bones rows={6} h={40} />}
        <dl className="sheet-fields">
          {template?.fields.filter((f) => f.kind !== FieldKind.REFERRER).map((f) => (
            <div key={f.name} className={findings[f.name]?.trim() ? 'marked' : undefined}>
              <dt>{label(f)}</dt>
              <dd>
                {(f.kind === FieldKind.NUMBER ? check.row?.maskedNumber : shown(f, data?.customer?.fields)) || <span className="quiet">{t('file.notFilled')}</span>}
                {findings[f.name] !== undefined && <Input className="reason" autoFocus maxLength={200} value={findings[f.name]} onChange={(e) => setFindings({ ...findings, [f.name]: e.target.value })} aria-label={t('change.findingAt', { field: label(f) })} placeholder={t('change.findingHint')} />}
              </dd>
              {findings[f.name] === undefined && <button type="button" className="mark" onClick={() => setFindings({ ...findings, [f.name]: '' })} aria-label={t('change.findingAt', { field: label(f) })}><Icon name="flag" size={16} />{t('change.wrongHere')}</button>}
            </div>
          ))}
        </dl>
        {tried && said.length === 0 && <Wrong text={t('change.needFinding')} />}
        <Failure error={record.error} />
        {ending ? (
          <div className="notice late" role="alertdialog" aria-label={t('change.results.notReal')} ref={intoView}>
            <Icon name="alert" size={18} />
            <div className="stack">
              <p>{t('change.endText')}</p>
              <div className="actions"><Button danger type="primary" loading={record.isPending} onClick={() => save(SpotCheckResult.NOT_REAL)}>{t('change.endYes')}</Button><Button onClick={() => setEnding(false)}>{t('app.cancel')}</Button></div>
            </div>
          </div>
        ) : (
          <div className="actions">
            {said.length === 0 && <Button type="primary" loading={record.isPending} onClick={() => save(SpotCheckResult.FINE)}>{t('change.results.fine')}</Button>}
            <Button type={said.length > 0 ? 'primary' : 'default'} danger={said.length > 0} loading={record.isPending && said.length > 0} onClick={() => save(SpotCheckResult.FINDING)}>{t('change.recordFinding')}</Button>
            <Button danger onClick={() => setEnding(true)}>{t('change.results.notReal')}</Button>
          </div>
        )}
      </div>
    </Dialog>
  )
}
