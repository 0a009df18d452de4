import { create } from '@bufbuild/protobuf'
import { CustomerSchema, FieldReasonSchema, FileState } from '@changke/gen/customer/v1/customer'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Code } from '@connectrpc/connect'
import { fault } from '../fixtures/chain.ts'
import { id } from '../fixtures/data.ts'
import { open } from '../fixtures/open.tsx'

test('the most urgent comes first; A approves and the next one opens', async () => {
  const { chain, user } = open('/reviews')
  const queue = await screen.findByRole('list', { name: '待审核' })
  expect(within(queue).getAllByRole('button')[0]?.textContent).toContain('贾文涛')
  expect(within(queue).getByText('已超 1 小时')).toBeTruthy()
  await user.keyboard('a')
  await waitFor(() => expect(chain.files.get(id(4, 60))?.row?.state).toBe(FileState.APPROVED))
  expect(await screen.findByRole('region', { name: '方小雨' })).toBeTruthy()
  expect(within(screen.getByRole('list', { name: '待审核' })).queryByText('贾文涛')).toBeNull()
})

test('a file is sent back only with a reason at a field', async () => {
  const { chain, user } = open(`/reviews?id=${id(4, 61)}`)
  const sheet = await screen.findByRole('region', { name: '方小雨' })
  await user.click(within(sheet).getByRole('button', { name: '退回' }))
  expect(chain.calls.some((c) => c.method === 'ReviewFile')).toBe(false)
  await user.type(within(sheet).getByRole('textbox', { name: '“工作单位”有问题，写理由' }), '请补公司名')
  await user.click(within(sheet).getByRole('button', { name: '退回所标各项' }))
  await waitFor(() => expect(chain.files.get(id(4, 61))?.reasons).toMatchObject([{ field: 'employer', reason: '请补公司名' }]))
})

test('what it was sent back for before stands above its fields', async () => {
  const { chain } = open(`/reviews?id=${id(4, 61)}`)
  chain.files.set(id(4, 61), create(CustomerSchema, { ...chain.files.get(id(4, 61))!, reasons: [create(FieldReasonSchema, { field: 'employer', reason: '请补公司名' })] }))
  const note = await within(await screen.findByRole('region', { name: '方小雨' })).findByRole('note')
  expect(note.textContent).toContain('上次退回：赵敏')
  expect(note.textContent).toContain('工作单位：请补公司名')
})

test('a letter typed into a reason decides nothing', async () => {
  const { chain, user } = open(`/reviews?id=${id(4, 61)}`)
  const sheet = await screen.findByRole('region', { name: '方小雨' })
  await user.keyboard('r')
  await user.type(await within(sheet).findByRole('textbox', { name: '“姓名”有问题，写理由' }), 'a')
  expect(chain.calls.some((c) => c.method === 'ReviewFile')).toBe(false)
})

test('an own file is for others', async () => {
  open(`/reviews?id=${id(4, 63)}`)
  const sheet = await screen.findByRole('region', { name: '姚思琪' })
  expect(within(sheet).getByText(/自己的档案由别人审核/)).toBeTruthy()
  expect(within(sheet).queryByRole('button', { name: '通过' })).toBeNull()
})

test('a colleague was faster: it says so and the file stays to be read', async () => {
  const { chain, user } = open('/reviews')
  const sheet = await screen.findByRole('region', { name: '贾文涛' })
  chain.failNext('ReviewFile', fault(Code.FailedPrecondition, 'customer.already_decided', '别人已经处理了这份档案。'))
  await user.click(within(sheet).getByRole('button', { name: '通过' }))
  expect((await within(sheet).findByRole('alert')).textContent).toContain('别人已经处理了这份档案')
})

test('a refused name needs the reviewer’s reason', async () => {
  const { chain, user } = open('/reviews')
  const sheet = await screen.findByRole('region', { name: '贾文涛' })
  chain.failNext('ReviewFile', fault(Code.InvalidArgument, 'invalid', '姓名要写接受的理由', [{ field: 'fields.name', rule: 'CUS-06', message: '这个姓名不合规则；要接受，请写理由。' }]))
  await user.click(within(sheet).getByRole('button', { name: '通过' }))
  await user.type(await within(sheet).findByRole('textbox', { name: '“姓名”有问题，写理由' }), '身份证如此')
  await user.click(within(sheet).getByRole('button', { name: '通过' }))
  await waitFor(() => expect(chain.calls.filter((c) => c.method === 'ReviewFile').at(-1)?.input).toMatchObject({ approve: true, reasons: [{ field: 'name', reason: '身份证如此' }] }))
})
