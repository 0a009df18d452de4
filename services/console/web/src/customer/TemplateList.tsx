import { create } from '@bufbuild/protobuf'
import { FieldGroup, FieldKind, TemplateFieldSchema, type Template, type TemplateField } from '@changke/gen/customer/v1/template'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../ui/Icon.tsx'
import { Chip } from '../ui/parts.tsx'
import { groupsOf, isOwn, useHelp, useLabel } from './form.ts'
import { TemplateFieldDialog } from './TemplateFieldDialog.tsx'
import type { Designer } from './TemplatePage.tsx'

/** The fields of the draft, by step and heading, each with its place, need and help. */
export function TemplateList({ designer, fields, inForce }: { designer: Designer; fields: TemplateField[]; inForce: Template }) {
  const { t } = useTranslation()
  const label = useLabel()
  const helpOf = useHelp()
  const [editing, setEditing] = useState<TemplateField>()
  const save = designer.save
  const put = (field: TemplateField) => save(fields.some((f) => f.name === field.name) ? fields.map((f) => (f.name === field.name ? field : f)) : [...fields, field])
  // Moves a field before or behind its neighbour under the same heading.
  const move = (field: TemplateField, by: -1 | 1) => {
    const near = fields.filter((f) => f.stage === field.stage && f.group === field.group)
    const other = near[near.indexOf(field) + by]
    if (!other) return
    const next = [...fields]
    next[fields.indexOf(field)] = other
    next[fields.indexOf(other)] = field
    save(next)
  }
  const add = (stage: number) => setEditing(create(TemplateFieldSchema, { name: designer.newName(), stage, group: stage === 1 ? FieldGroup.BASIC : FieldGroup.OTHER, kind: FieldKind.TEXT }))
  const template = { ...inForce, fields }
  return (
    <div className="stack">
      {[1, 2].map((stage) => (
        <section key={stage} className="card template-stage" aria-label={t(stage === 1 ? 'template.stage1' : 'template.stage2')}>
          <div className="card-head">
            <div><h2>{t(stage === 1 ? 'template.stage1' : 'template.stage2')}</h2><p className="sub">{t(stage === 1 ? 'template.stage1Lead' : 'template.stage2Lead')}</p></div>
            <Button size="small" icon={<Icon name="plus" size={16} />} onClick={() => add(stage)}>{t('template.add')}</Button>
          </div>
          {groupsOf(template, stage).map((group) => (
            <div key={group.key} className="card-body">
              {stage === 2 && <h3>{t(`file.groups.${group.key}`)}</h3>}
              <ul>
                {group.fields.map((field, i) => {
                  const at = fields.indexOf(field)
                  const wrong = designer.findings.filter((f) => f.field.startsWith(`fields[${at}].`))
                  const name = label(field) || t('template.labelHint')
                  return (
                    <li key={field.name}>
                      <div className="what">
                        <b>{name}</b>
                        {field.fixed ? <Chip>{t('template.core')}</Chip> : isOwn(field.name) && <Chip tone="accent">{t('template.own')}</Chip>}
                        {field.help && <p className="quiet small">{helpOf(field)}</p>}
                        {wrong.map((f) => <p key={f.field} className="text-late small"><Icon name="alert" size={14} /> {f.message}</p>)}
                      </div>
                      <label className="need" title={field.fixed ? t('template.coreWhy') : undefined}>
                        <input type="checkbox" checked={field.required} disabled={field.fixed} onChange={(e) => put({ ...field, required: e.target.checked })} />
                        <span>{t('template.required')}</span>
                      </label>
                      <div className="acts">
                        <button type="button" className="iconbutton" disabled={i === 0} aria-label={t('template.up', { field: name })} onClick={() => move(field, -1)}><Icon name="up" size={18} /></button>
                        <button type="button" className="iconbutton" disabled={i === group.fields.length - 1} aria-label={t('template.down', { field: name })} onClick={() => move(field, 1)}><Icon name="down" size={18} /></button>
                        <button type="button" className="iconbutton" aria-label={t('template.edit', { field: name })} onClick={() => setEditing(field)}><Icon name="edit" size={18} /></button>
                      </div>
                    </li>
                  )
                })}
              </ul>
            </div>
          ))}
        </section>
      ))}
      {designer.unused.length > 0 && (
        <section className="card">
          <div className="card-head"><div><h2>{t('template.unused')}</h2><p className="sub">{t('template.unusedLead')}</p></div></div>
          <div className="card-body actions">
            {designer.unused.map((field) => <Button key={field.name} icon={<Icon name="plus" size={16} />} onClick={() => save([...fields, field])}>{t('template.putBack', { field: label(field) })}</Button>)}
          </div>
        </section>
      )}
      {editing && (
        <TemplateFieldDialog
          field={editing}
          published={inForce.fields.some((f) => f.name === editing.name)}
          isNew={!fields.some((f) => f.name === editing.name)}
          onDone={(field) => { put(field); setEditing(undefined) }}
          onRemove={() => { save(fields.filter((f) => f.name !== editing.name)); setEditing(undefined) }}
          onClose={() => setEditing(undefined)}
        />
      )}
    </div>
  )
}
