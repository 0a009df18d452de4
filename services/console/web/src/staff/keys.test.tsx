import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { open } from '../fixtures/open.tsx'

test('a secret is shown once and is gone with its dialog', async () => {
  const { chain, user } = open('/keys', 'A0001')
  await user.click(await screen.findByRole('button', { name: '新密钥' }))
  const dialog = await screen.findByRole('dialog')
  await user.click(within(dialog).getByRole('button', { name: '创建密钥' }))
  expect(within(dialog).getByText('请写用途')).toBeTruthy()
  expect(within(dialog).getByText('请至少选一家门店')).toBeTruthy()
  await user.type(within(dialog).getByLabelText('用途'), '高新店 收银')
  await user.click(within(dialog).getByLabelText('高新店'))
  await user.click(within(dialog).getByRole('button', { name: '创建密钥' }))
  expect(await screen.findByText(/^ck_live_8Kq2vTz0/)).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '我已保存好' }))
  await waitFor(() => expect(screen.queryByText(/^ck_live_8Kq2vTz0/)).toBeNull())
  expect(await screen.findByText('高新店 收银')).toBeTruthy()
  expect(chain.calls.find((c) => c.method === 'CreateApiKey')?.input).toMatchObject({ scopes: ['bills:write'], validDays: 365 })
})

test('a key is revoked after a second thought', async () => {
  const { chain, user } = open('/keys', 'A0001')
  await user.click(await screen.findByRole('button', { name: '吊销' }))
  expect(chain.calls.some((c) => c.method === 'RevokeApiKey')).toBe(false)
  const sure = await screen.findByRole('tooltip')
  await user.click(within(sure).getByRole('button', { name: '吊销' }))
  expect(await screen.findByText('已吊销')).toBeTruthy()
})
