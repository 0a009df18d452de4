import { FieldKind } from '@changke/gen/customer/v1/template'
import { expect, test } from 'vitest'
import { makeTemplate } from '../fixtures/template.ts'
import { formOf, keyOf, progressOf } from './form.ts'

const template = makeTemplate()
const required = template.fields.filter((f) => f.stage === 2 && f.required && f.kind !== FieldKind.REFERRER)
const filled = { ...formOf(undefined), employer: '恒信律师事务所', jobTitle: '合伙人', address: '翠华路 12 号', birthday: '1974-06-18', consent: true }

test('a stage is done when what is required is filled in', () => {
  expect(progressOf(template, 2, filled, true)).toEqual({ done: required.length, of: required.length })
})

test('a field that was sent back is not done, whether it is required or of the other stage', () => {
  const employer = template.fields.find((f) => keyOf(f.name) === 'employer')!
  const name = template.fields.find((f) => keyOf(f.name) === 'name')!
  expect(progressOf(template, 2, filled, true, [employer])).toEqual({ done: required.length - 1, of: required.length })
  expect(progressOf(template, 2, filled, true, [name])).toEqual({ done: required.length, of: required.length + 1 })
})
