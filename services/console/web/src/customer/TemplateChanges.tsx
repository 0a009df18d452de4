import type { TemplateField } from '@changke/gen/customer/v1/template'
import { useTranslation } from 'react-i18next'
import { joinWords } from '../ui/format.ts'
import { useLanguage } from '../ui/hooks.ts'
import { useLabel } from './form.ts'

const said = ({ stage, group, required, help, label, labelEn, choices }: TemplateField) => JSON.stringify([stage, group, required, help, label, labelEn, choices])

/** What one version of a template has that the one before had not. */
export function TemplateChanges({ before, after }: { before: TemplateField[]; after: TemplateField[] }) {
  const { t } = useTranslation()
  const lang = useLanguage()
  const label = useLabel()
  const was = new Map(before.map((f) => [f.name, f]))
  const is = new Set(after.map((f) => f.name))
  const added = after.filter((f) => !was.has(f.name))
  const removed = before.filter((f) => !is.has(f.name))
  const changed = after.filter((f) => was.has(f.name) && said(was.get(f.name)!) !== said(f))
  // Of those in both, whether they stand in another order.
  const order = (fields: TemplateField[]) => fields.filter((f) => is.has(f.name) && was.has(f.name)).map((f) => f.name)
  const old = order(before)
  const moved = after.filter((f) => was.has(f.name)).filter((f, i) => old[i] !== f.name)
  const lines = ([['added', added], ['removed', removed], ['changed', changed], ['moved', moved]] as const).filter(([, fields]) => fields.length > 0)
  if (lines.length === 0) return <p className="quiet small">{t('template.same')}</p>
  return (
    <dl className="template-changes">
      {lines.map(([key, fields]) => <div key={key}><dt>{t(`template.changes.${key}`)}</dt><dd>{joinWords(fields.map(label), lang)}</dd></div>)}
    </dl>
  )
}
