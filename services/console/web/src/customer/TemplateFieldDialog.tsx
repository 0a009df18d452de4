import { FieldGroup, FieldKind, type TemplateField } from '@changke/gen/customer/v1/template'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Wrong } from '../ui/parts.tsx'
import { groupKeys, isOwn, useLabel } from './form.ts'

const kinds = [[FieldKind.TEXT, 'text'], [FieldKind.NOTE, 'note'], [FieldKind.CHOICE, 'choice'], [FieldKind.DATE, 'date'], [FieldKind.YES_NO, 'yesNo']] as const

interface Props {
  field: TemplateField
  /** It stands in the version in force: files hold its values, so its kind stays. */
  published: boolean
  isNew: boolean
  onDone(field: TemplateField): void
  onRemove(): void
  onClose(): void
}

/** One field of the template: a chain's own with its name and kind, everything else with place, need and help. */
export function TemplateFieldDialog({ field, published, isNew, onDone, onRemove, onClose }: Props) {
  const { t } = useTranslation()
  const label = useLabel()
  const [now, setNow] = useState(field)
  const [choices, setChoices] = useState(field.choices.join('\n'))
  const [tried, setTried] = useState(false)
  const own = isOwn(field.name)
  const set = (next: Partial<TemplateField>) => setNow({ ...now, ...next })
  const list = choices.split('\n').map((c) => c.trim()).filter(Boolean)
  const wrongLabel = own && !now.label.trim() ? t('file.need', { field: t('template.label') }) : undefined
  const wrongChoices = now.kind === FieldKind.CHOICE && list.length < 2 ? t('file.need', { field: t('template.choices') }) : undefined
  const done = () => {
    setTried(true)
    if (!wrongLabel && !wrongChoices) onDone({ ...now, label: now.label.trim(), labelEn: now.labelEn.trim(), help: now.help.trim(), choices: now.kind === FieldKind.CHOICE ? list : [] })
  }
  return (
    <Dialog title={isNew ? t('template.add') : label(field)} onClose={onClose}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); done() }} noValidate>
        {own && (
          <>
            <div className="field">
              <label htmlFor="tf-label">{t('template.label')}<span className="must" aria-hidden="true">*</span></label>
              <Input id="tf-label" value={now.label} onChange={(e) => set({ label: e.target.value })} maxLength={12} showCount placeholder={t('template.labelHint')} aria-invalid={tried && wrongLabel ? true : undefined} autoComplete="off" />
              <Wrong text={tried ? wrongLabel : undefined} />
            </div>
            <div className="field">
              <span className="label" id="tf-kind">{t('template.kind')}</span>
              <div className="choices" role="radiogroup" aria-labelledby="tf-kind">
                {kinds.map(([kind, key]) => (
                  <label className="choice" key={key}>
                    <input type="radio" name="tf-kind" checked={now.kind === kind} disabled={published} onChange={() => set({ kind })} />
                    <span>{t(`template.kinds.${key}`)}</span>
                  </label>
                ))}
              </div>
              {published && <p className="help">{t('template.kindFixed')}</p>}
            </div>
            {now.kind === FieldKind.CHOICE && (
              <div className="field">
                <label htmlFor="tf-choices">{t('template.choices')}<span className="must" aria-hidden="true">*</span></label>
                <Input.TextArea id="tf-choices" value={choices} onChange={(e) => setChoices(e.target.value)} rows={4} placeholder={t('template.choicesHint')} />
                <Wrong text={tried ? wrongChoices : undefined} />
              </div>
            )}
          </>
        )}
        <div className="field">
          <label htmlFor="tf-help">{t('template.help')}</label>
          <Input.TextArea id="tf-help" value={now.help} onChange={(e) => set({ help: e.target.value.replaceAll('\n', ' ') })} rows={2} maxLength={60} placeholder={t('template.helpHint')} />
        </div>
        {!field.fixed && (
          <>
            <div className="two">
              <div className="field">
                <label htmlFor="tf-stage">{t('template.stage')}</label>
                <select className="native" id="tf-stage" value={now.stage} onChange={(e) => set({ stage: Number(e.target.value), group: e.target.value === '1' ? FieldGroup.BASIC : now.group === FieldGroup.BASIC ? FieldGroup.OTHER : now.group })}>
                  <option value={1}>{t('template.step1')}</option>
                  <option value={2}>{t('template.step2')}</option>
                </select>
              </div>
              {now.stage === 2 && (
                <div className="field">
                  <label htmlFor="tf-group">{t('template.group')}</label>
                  <select className="native" id="tf-group" value={now.group} onChange={(e) => set({ group: Number(e.target.value) as FieldGroup })}>
                    {groupKeys.map((key, i) => i > 0 && <option key={key} value={FieldGroup.BASIC + i}>{t(`file.groups.${key}`)}</option>)}
                  </select>
                </div>
              )}
            </div>
            <label className="row tick"><input type="checkbox" checked={now.required} onChange={(e) => set({ required: e.target.checked })} />{t('template.need')}</label>
          </>
        )}
        {own && (
          <details>
            <summary className="second small">{t('template.labelEn')}</summary>
            <div className="field">
              <Input value={now.labelEn} onChange={(e) => set({ labelEn: e.target.value })} maxLength={24} aria-label={t('template.labelEn')} autoComplete="off" />
              <p className="help">{t('template.labelEnHelp')}</p>
            </div>
          </details>
        )}
        <div className="actions">
          <Button type="primary" htmlType="submit">{t('template.done')}</Button>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          <span className="grow" />
          {!field.fixed && !isNew && <Button danger onClick={onRemove}>{t('template.remove')}</Button>}
        </div>
        {field.kind === FieldKind.CONSENT && <p className="notice small"><Icon name="alert" size={16} />{t('template.consentWarn')}</p>}
        {field.fixed ? <p className="quiet small">{t('template.coreWhy')}</p> : !isNew && <p className="quiet small">{t('template.removeOwn')}</p>}
      </form>
    </Dialog>
  )
}
