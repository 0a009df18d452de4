import { Code, ConnectError } from '@connectrpc/connect'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { fault } from '../fixtures/chain.ts'
import { open } from '../fixtures/open.tsx'
import { switchLanguage } from '../i18n/index.ts'
import { explain, wordsOf } from './faults.ts'

test('the menu shows what the rights allow, and nothing else', async () => {
  open('/', 'E0003')
  const menu = await screen.findByRole('navigation', { name: '菜单' })
  const links = within(menu).getAllByRole('link').map((link) => link.textContent)
  expect(links).toEqual(expect.arrayContaining(['今日', '客户', '建档', '预定', '我的消息', '代理']))
  for (const other of ['审核', '任务', '员工', '接口密钥', '门店', '规则', '审计']) {
    expect(links).not.toContain(other)
  }
})

test('a page without its right says which one and who gives it', async () => {
  open('/keys', 'E0003')
  expect(await screen.findByText('打开这个页面需要“查看接口密钥”权限')).toBeTruthy()
  expect(screen.getByText(/企业管理员/)).toBeTruthy()
})

test('without a session: to the login, and back to the page that was wanted', async () => {
  const { user, where } = open('/customers?scope=mine', '')
  await user.type(await screen.findByLabelText('企业代码'), 'demo')
  expect(where()).toBe('/login?to=%2Fcustomers%3Fscope%3Dmine')
  await user.type(screen.getByLabelText('工号或手机号'), 'E0003')
  await user.type(screen.getByLabelText('密码'), 'wrong')
  await user.click(screen.getByRole('button', { name: '登录' }))
  expect((await screen.findByRole('alert')).textContent).toContain('企业代码、工号或密码不对')
  await user.clear(screen.getByLabelText('密码'))
  await user.type(screen.getByLabelText('密码'), 'changke-demo')
  await user.click(screen.getByRole('button', { name: '登录' }))
  await waitFor(() => expect(where()).toBe('/customers?scope=mine'))
})

test('the login never goes on to another site', async () => {
  const { user, where } = open('/login?to=//evil.example', '')
  await user.type(await screen.findByLabelText('企业代码'), 'demo')
  await user.type(screen.getByLabelText('工号或手机号'), 'E0003')
  await user.type(screen.getByLabelText('密码'), 'changke-demo')
  await user.click(screen.getByRole('button', { name: '登录' }))
  await waitFor(() => expect(where()).toBe('/'))
})

test('a failure stays, with what to do and the request’s id, until a retry succeeds', async () => {
  const { chain, user } = open('/bookings')
  chain.failNext('ListBookings', fault(Code.Internal, 'internal', '服务器出错了'))
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('服务器出错了')
  expect(alert.textContent).toContain('req_7f3a9c21')
  await user.click(within(alert).getByRole('button', { name: '再试一次' }))
  expect(await screen.findByText('牡丹厅')).toBeTruthy()
  expect(screen.queryByRole('alert')).toBeNull()
})

test('English shows its own words for the server’s reasons', async () => {
  await switchLanguage('en')
  const { chain } = open('/bookings')
  chain.failNext('ListBookings', fault(Code.FailedPrecondition, 'booking.wrong_state', '状态已变'))
  expect((await screen.findByRole('alert')).textContent).toContain('The booking has moved on meanwhile')
  expect(wordsOf({ rule: 'CUS-06', message: '请写客人的全名。' })).toContain('whole name')
  expect(wordsOf({ rule: 'CUS-99', message: '“口味”最多 200 个字。' })).toBe('Something is not filled in right')
  expect(wordsOf({ rule: '', message: 'Not filled in: 口味' })).toBe('Not filled in: 口味')
})

test('a server that is reached and cannot answer sends nobody to his network', () => {
  const told = explain(fault(Code.Unavailable, 'busy', '系统繁忙，请稍后重试。'))
  expect(told.message).toContain('系统繁忙')
  expect(told.advice).toContain('请稍等片刻再试')
})

test('a refusal that says what to do asks for nothing more', () => {
  expect(explain(fault(Code.FailedPrecondition, 'booking.room_taken', '这个房间有人订了，请换一个。'))).toMatchObject({ message: '这个房间有人订了，请换一个。', advice: '' })
  expect(explain(fault(Code.PermissionDenied, 'auth.wrong_proof', '密码或验证码不正确，请重新输入。')).advice).toBe('')
})

test('no answer at all says so', async () => {
  const { chain } = open('/messages')
  for (let i = 0; i < 3; i++) chain.failNext('ListMessages', new ConnectError('Failed to fetch', Code.Unknown, undefined, undefined, new TypeError('Failed to fetch')))
  expect((await screen.findByRole('alert')).textContent).toContain('连不上服务器')
})

test('the chosen store stays in the URL and in every link', async () => {
  const { user, where } = open('/customers', 'A0001')
  const choice = await screen.findByRole('combobox', { name: '门店' })
  await user.selectOptions(choice, '高新店')
  expect(where()).toContain('store=01990001-0000-7000-8000-000000000002')
  await user.click(screen.getByRole('link', { name: '看板' }))
  await waitFor(() => expect(where()).toMatch(/^\/board\?store=/))
})

test('a broken id in an address names nothing; what was typed wrongly is told', () => {
  const says = (field: string) => explain(fault(Code.InvalidArgument, 'invalid_field', '填写的内容有误', [{ field, message: '不符合要求' }])).message
  expect(says('id')).toBe('找不到')
  expect(says('name')).toBe('填写的内容有误')
})

test('what is wrong with a field is told in the language of the page, where the server has it', async () => {
  const refused = fault(Code.InvalidArgument, 'invalid_field', '填写的内容有误', [{ field: 'label', message: '最多 40 个字', messageEn: 'must be at most 40 characters' }, { field: 'name', rule: 'CUS-06', message: '请写全名' }])
  const said = () => explain(refused).violations.map((v) => v.message)
  expect(said()).toEqual(['最多 40 个字', '请写全名'])
  await switchLanguage('en')
  expect(said()).toEqual(['must be at most 40 characters', '请写全名'])
  await switchLanguage('zh-CN')
})
