import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { day, fields, makeSets } from '../fixtures/data.ts'
import { open } from '../fixtures/open.tsx'
import { changesOf, inForce, parseValue } from './values.ts'

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

test('a change is seen before it is published, from tomorrow at the earliest', async () => {
  const { chain, user } = open('/rules', 'A0001')
  await user.click(await screen.findByRole('button', { name: '调整规则' }))
  const publish = screen.getByRole('button', { name: '发布' })
  expect(publish.hasAttribute('disabled')).toBe(true)
  const field = screen.getByLabelText('他人接待比例')
  await user.clear(field)
  await user.type(field, '160')
  expect(screen.getByText('请填 1 到 100 %')).toBeTruthy()
  await user.clear(field)
  await user.type(field, '60')
  expect(screen.getByText('发布第 4 版')).toBeTruthy()
  await user.click(publish)
  await waitFor(() => expect(chain.calls.find((c) => c.method === 'PublishRuleSet')?.input).toMatchObject({ baseVersion: 3, effectiveDate: day(1), values: { 'lifecycle.others_percent': 60n, 'lifecycle.dormant_months': 4n } }))
  expect(await screen.findByText('规则第 4 版')).toBeTruthy()
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
