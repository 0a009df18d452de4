import type { TemplateField } from '@changke/gen/customer/v1/template'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Fields } from './FileForm.tsx'
import { formOf, groupsOf, progressOf } from './form.ts'
import { Steps } from './Steps.tsx'
import './file.css'

/** Both steps as the phone shows them. It can be tried; nothing of it is kept. */
export function TemplatePreview({ fields }: { fields: TemplateField[] }) {
  const { t } = useTranslation()
  const [values, setValues] = useState(() => formOf(undefined))
  const template = { $typeName: 'changke.customer.v1.Template', version: 0, fields, publishedBy: '', note: '' } as const
  return (
    <div className="phone-frame" aria-label={t('template.preview')}>
      {([1, 2] as const).map((stage) => (
        <div key={stage} className="stack">
          <Steps now={stage} progress={progressOf(template, stage, values, false)} />
          {groupsOf(template, stage).map((group) => (
            <section key={group.key} className="card pad">
              {stage === 2 && <h3>{t(`file.groups.${group.key}`)}</h3>}
              <Fields fields={group.fields} values={values} set={(next) => setValues({ ...values, ...next })} findings={{}} composition={{}} prefix="p" />
            </section>
          ))}
        </div>
      ))}
    </div>
  )
}
