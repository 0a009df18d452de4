import { Code } from '@connectrpc/connect'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { fault } from '../fixtures/chain.ts'
import { open } from '../fixtures/open.tsx'

const needed = () => fault(Code.PermissionDenied, 'auth.step_up_needed', '此操作需要再次确认是您本人，请输入密码或动态验证码')

test('a sensitive act asks for the password and then goes on by itself', async () => {
  const { chain, user } = open('/keys', 'A0001')
  await user.click((await screen.findAllByRole('button', { name: '新密钥' }))[0]!)
  const form = await screen.findByRole('dialog', { name: '新密钥' })
  await user.type(within(form).getByLabelText('用途'), '高新店 收银')
  await user.click(within(form).getByLabelText('友谊店'))
  chain.failNext('CreateApiKey', needed())
  await user.click(within(form).getByRole('button', { name: '创建密钥' }))
  const ask = await screen.findByRole('dialog', { name: '确认是您本人' })
  await user.type(within(ask).getByLabelText('密码'), 'guess')
  await user.click(within(ask).getByRole('button', { name: '确认并继续' }))
  expect((await within(ask).findByRole('alert')).textContent).toContain('密码或验证码不正确')
  await user.clear(within(ask).getByLabelText('密码'))
  await user.type(within(ask).getByLabelText('密码'), 'changke-demo')
  await user.click(within(ask).getByRole('button', { name: '确认并继续' }))
  expect(await screen.findByText(/^ck_live_/, { selector: 'output' })).toBeTruthy()
  expect(screen.queryByRole('dialog', { name: '确认是您本人' })).toBeNull()
})

test('who does not prove himself is told why nothing happened', async () => {
  const { chain, user } = open('/keys', 'A0001')
  await user.click((await screen.findAllByRole('button', { name: '新密钥' }))[0]!)
  const form = await screen.findByRole('dialog', { name: '新密钥' })
  await user.type(within(form).getByLabelText('用途'), '高新店 收银')
  await user.click(within(form).getByLabelText('友谊店'))
  chain.failNext('CreateApiKey', needed())
  await user.click(within(form).getByRole('button', { name: '创建密钥' }))
  const ask = await screen.findByRole('dialog', { name: '确认是您本人' })
  await user.click(within(ask).getByRole('button', { name: '取消' }))
  await waitFor(() => expect(within(form).getByRole('alert').textContent).toContain('再次确认是您本人'))
  expect(chain.calls.filter((c) => c.method === 'CreateApiKey')).toHaveLength(1)
})
