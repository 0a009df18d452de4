import { Code } from '@connectrpc/connect'
import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { day, fields, makeSets } from '../fixtures/data.ts'
import { fault } from '../fixtures/chain.ts'
import { open } from '../fixtures/open.tsx'
import { changesOf, contradictionsOf, inForce, parseValue, standingOf } from './values.ts'

const months = fields.find((f) => f.key === 'lifecycle.dormant_months')!
const cutover = fields.find((f) => f.key === 'day.cutover')!

test('values are read in their unit and bounds', () => {
  expect(parseValue(months, '4')).toBe(4n)
  expect(parseValue(months, '25')).toBeUndefined()
  expect(parseValue(months, '3.5')).toBeUndefined()
  expect(parseValue(cutover, '05:30')).toBe(330n)
  expect(parseValue(cutover, '5 o’clock')).toBeUndefined()
})

test('the version in force is the newest whose day has come', () => {
  expect(inForce(makeSets(), day(0))?.version).toBe(2)
  expect(inForce(makeSets(), day(12))?.version).toBe(3)
})

test('a default written out is no change', () => {
  expect(changesOf(fields, { '': {} }, { '': { 'lifecycle.dormant_months': 3n } })).toEqual([])
})

test('a version replaced before its day never counts, one taken back says so', () => {
  const [third, second, first] = makeSets()
  const back = { ...third!, version: 4, withdraws: 3 }
  const sooner = { ...third!, version: 4, effectiveDate: day(5) }
  expect([third!, second!, first!].map((s) => standingOf(s, [third!, second!, first!], day(0)))).toEqual(['toCome', 'inForce', 'past'])
  expect(standingOf(third!, [back, third!, second!], day(0))).toBe('withdrawn')
  expect(standingOf(third!, [sooner, third!, second!], day(0))).toBe('replaced')
  expect(inForce([sooner, third!, second!], day(30))).toBe(sooner)
})

test('values that don’t go together are found where they come together', () => {
  const found = contradictionsOf(fields, { '': { 'message.marketing_until': 500n } })
  expect(found.map((c) => [c.field.key, c.low.key, c.value, c.lowValue])).toEqual([['message.marketing_until', 'message.marketing_from', 500n, 540n]])
})

test('a change is seen beside what holds, saved as a draft, and published from tomorrow at the earliest', async () => {
  const { chain, user, where } = open('/rules', 'A0001')
  await user.click(await screen.findByRole('button', { name: '调整规则' }))
  const publish = await screen.findByRole('button', { name: '核对并发布' })
  expect(publish.hasAttribute('disabled')).toBe(true)
  const field = screen.getByLabelText('他人接待比例')
  await user.clear(field)
  await user.type(field, '160')
  expect(screen.getByText('请填 1% 到 100%')).toBeTruthy()
  await user.clear(field)
  await user.type(field, '60')
  expect(screen.getByText('还没保存')).toBeTruthy()
  await user.click(publish)
  expect(await screen.findByRole('dialog', { name: '发布第 4 版' })).toBeTruthy()
  expect(chain.calls.find((c) => c.method === 'SaveRuleDraft')?.input).toMatchObject({ baseVersion: 3, edits: [{ key: 'lifecycle.others_percent', value: 60n }] })
  await user.click(screen.getByRole('button', { name: '发布' }))
  await waitFor(() => expect(chain.calls.find((c) => c.method === 'PublishRuleDraft')?.input).toMatchObject({ expectedRevision: 1n, effectiveDate: day(1) }))
  await waitFor(() => expect(where()).toContain('view=history'))
  expect(await screen.findByRole('heading', { name: '第 4 版' })).toBeTruthy()
})

test('somebody else’s save is told, and what was typed stays', async () => {
  const { chain, user } = open('/rules?view=draft', 'A0001')
  const field = await screen.findByLabelText('他人接待比例')
  await user.clear(field)
  await user.type(field, '60')
  chain.failNext('SaveRuleDraft', fault(Code.FailedPrecondition, 'rules.draft_changed', '草稿刚刚被别人保存过，请载入最新草稿后再继续。'))
  await user.click(screen.getByRole('button', { name: '保存草稿' }))
  await user.click(await screen.findByRole('button', { name: '载入最新，保留我的改动' }))
  expect(screen.getByLabelText<HTMLInputElement>('他人接待比例').value).toBe('60')
  await user.click(screen.getByRole('button', { name: '保存草稿' }))
  expect(await screen.findByText('已保存')).toBeTruthy()
})

test('a store’s manager sees what binds his store, and no draft', async () => {
  open('/rules', 'E0002')
  expect(await screen.findByText('现行第 2 版，约束友谊店的值。')).toBeTruthy()
  expect(screen.queryByRole('link', { name: '草稿' })).toBeNull()
  expect(screen.queryByRole('button', { name: '调整规则' })).toBeNull()
})

test('a failed run is retried where it stands, and a run opens its decisions', async () => {
  const { chain, user, where } = open('/runs', 'A0001')
  await user.click(await screen.findByRole('button', { name: '重试' }))
  await waitFor(() => expect(chain.calls.some((c) => c.method === 'RetryRun')).toBe(true))
  expect(await screen.findByText('已从停下的地方继续')).toBeTruthy()
  await user.click(screen.getByRole('link', { name: '全部' }))
  expect(await screen.findByText('进行中 1/2')).toBeTruthy()
  await user.click(screen.getAllByRole('link', { name: /1,284/ })[0]!)
  await waitFor(() => expect(where()).toMatch(/^\/runs\//))
  expect(await screen.findByText('高振宇')).toBeTruthy()
})
