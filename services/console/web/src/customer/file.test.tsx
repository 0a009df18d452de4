import { Code } from '@connectrpc/connect'
import { FileState } from '@changke/gen/customer/v1/customer'
import { cleanup, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { id } from '../fixtures/data.ts'
import { fault } from '../fixtures/chain.ts'
import { open } from '../fixtures/open.tsx'

const createCalls = (calls: { method: string; input: unknown }[]) => calls.filter((c) => c.method === 'CreateFile').map((c) => (c.input as { requestId: string }).requestId)

test('a refused name and a fixed line are told at the field, while typing', async () => {
  const { user } = open('/customers/new', 'E0003')
  const name = await screen.findByLabelText(/姓名/)
  await user.type(name, '王先生')
  expect(await screen.findByText(/请写真实全名/)).toBeTruthy()
  expect(screen.getByText('CUS-06')).toBeTruthy()
  expect(name.getAttribute('aria-invalid')).toBe('true')
  await user.clear(name)
  await user.type(name, '王建国')
  await waitFor(() => expect(screen.queryByText(/请写真实全名/)).toBeNull())
  await user.type(screen.getByLabelText(/手机号/), '02987654321')
  expect(await screen.findByText(/固定电话/)).toBeTruthy()
})

test('without a line a file is kept, and sent by itself with the same request id when there is one', async () => {
  const { chain, user, where } = open('/customers/new', 'E0003')
  await user.type(await screen.findByLabelText(/姓名/), '王建国')
  await user.click(screen.getByLabelText('先生'))
  await user.type(screen.getByLabelText(/手机号/), '13800138000')
  await user.type(screen.getByLabelText(/怎么认识的/), '常来喝早茶')
  chain.failNext('CreateFile', fault(Code.Unavailable, '', '连不上'))
  await user.click(screen.getByRole('button', { name: '保存，下一步' }))
  window.dispatchEvent(new Event('online'))
  await waitFor(() => expect(where()).toMatch(/\/edit$/))
  const [first, second] = createCalls(chain.calls)
  expect(first).toBe(second)
  expect(Object.keys(localStorage).filter((key) => key.includes('draft'))).toEqual([])
})

test('what was typed survives a closed tab', async () => {
  const { user } = open('/customers/new', 'E0003')
  await user.type(await screen.findByLabelText(/姓名/), '王建国')
  cleanup()
  open('/customers/new', 'E0003')
  expect((await screen.findByLabelText<HTMLInputElement>(/姓名/)).value).toBe('王建国')
})

test('stage 2: what is missing is named, a refused submit shows at the fields, a full one goes to review', async () => {
  const { chain, user, where } = open(`/customers/${id(4, 70)}/edit`, 'E0003')
  expect(await screen.findByText(/还缺：工作单位、职务、地址、生日、客人同意/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '提交审核' }))
  await waitFor(() => expect(screen.getAllByText('这一项还没填。').length).toBe(5))
  expect(screen.queryByRole('alert')).toBeNull()
  expect(document.activeElement).toBe(screen.getByLabelText(/工作单位/))
  expect(screen.getByText('0/5')).toBeTruthy()
  await user.type(screen.getByLabelText(/工作单位/), '长安南路 88 号 恒信律所')
  await user.type(screen.getByLabelText(/职务/), '合伙人')
  await user.type(screen.getByLabelText(/^地址/), '翠华路 12 号院')
  await user.selectOptions(document.getElementById('f-birthday')!, '6')
  await user.selectOptions(document.getElementById('f-birthday-day')!, '18')
  await user.click(screen.getByRole('checkbox'))
  await user.click(screen.getByRole('button', { name: '保存草稿' }))
  expect(await screen.findByText('已保存')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '提交审核' }))
  await waitFor(() => expect(where()).toBe(`/customers/${id(4, 70)}`))
  expect(chain.files.get(id(4, 70))?.row?.state).toBe(FileState.SUBMITTED)
})

test('somebody wrote meanwhile: the newest is loaded and the own words stay', async () => {
  const { chain, user } = open(`/customers/${id(4, 70)}/edit`, 'E0003')
  await user.type(await screen.findByLabelText(/职务/), '合伙人')
  const file = chain.files.get(id(4, 70))!
  chain.files.set(id(4, 70), { ...file, version: file.version + 1, fields: { ...file.fields!, address: '翠华路 12 号' } })
  await user.click(screen.getByRole('button', { name: '保存草稿' }))
  await user.click(await screen.findByRole('button', { name: '载入最新内容，保留我的修改' }))
  await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(/^地址/).value).toBe('翠华路 12 号'))
  expect(screen.getByLabelText<HTMLInputElement>(/职务/).value).toBe('合伙人')
})

test('a rejected file shows what the reviewer said at its field', async () => {
  open(`/customers/${id(4, 71)}/edit`, 'E0003')
  expect(await screen.findByText(/只写了路名，请补门牌或公司名/)).toBeTruthy()
})

test('what lies on a shared phone is nothing to the next person, and everything to its writer', async () => {
  const first = open('/customers/new', 'E0003')
  await first.user.type(await screen.findByLabelText(/姓名/), '王建国')
  await first.user.type(screen.getByLabelText(/手机号/), '13800138000')
  expect(JSON.stringify(localStorage)).not.toMatch(/王建国|13800138000/)
  cleanup()
  open('/customers', 'E0002')
  await screen.findByRole('searchbox')
  expect(screen.queryByText('这台设备上还没发出的档案')).toBeNull()
  cleanup()
  const { user, where } = open('/customers', 'E0003')
  const unsent = await screen.findByRole('region', { name: '这台设备上还没发出的档案' })
  expect(within(unsent).getByText('王建国')).toBeTruthy()
  await user.click(within(unsent).getByRole('button', { name: '继续填写' }))
  await waitFor(() => expect(where()).toMatch(/^\/customers\/new\?draft=/))
  expect((await screen.findByLabelText<HTMLInputElement>(/手机号/)).value).toBe('13800138000')
})

test('an unsent file can be dropped, after a second word', async () => {
  const first = open('/customers/new', 'E0003')
  await first.user.type(await screen.findByLabelText(/姓名/), '王建国')
  cleanup()
  const { user } = open('/customers', 'E0003')
  const unsent = await screen.findByRole('region', { name: '这台设备上还没发出的档案' })
  await user.click(within(unsent).getByRole('button', { name: '放弃' }))
  await user.click(within(unsent).getByRole('button', { name: '放弃' }))
  await waitFor(() => expect(screen.queryByText('这台设备上还没发出的档案')).toBeNull())
  expect(Object.keys(localStorage).filter((key) => key.includes('draft'))).toEqual([])
})
