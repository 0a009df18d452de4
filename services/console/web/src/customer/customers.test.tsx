import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { id } from '../fixtures/data.ts'
import { open } from '../fixtures/open.tsx'

const rows = () => screen.getAllByRole('row').slice(1)

test('the search waits for the third digit and lives in the URL', async () => {
  const { chain, user, where } = open('/customers')
  await screen.findByText('欧阳建国')
  const search = screen.getByRole('searchbox')
  await user.type(search, '12')
  expect(await screen.findByText('尾号请至少输三位。')).toBeTruthy()
  await user.clear(search)
  await user.type(search, '1237')
  await waitFor(() => expect(where()).toBe('/customers?q=1237'))
  await waitFor(() => expect(rows().length).toBe(1))
  expect(chain.calls.filter((c) => c.method === 'ListCustomers').map((c) => (c.input as { query: string }).query)).not.toContain('12')
})

test('filters come from the URL and go into it', async () => {
  const { user, where } = open('/customers?scope=dormant')
  await waitFor(() => expect(rows().length).toBeGreaterThan(0))
  for (const row of rows()) expect(row.textContent).toContain('休眠')
  await user.click(screen.getByRole('link', { name: '公共' }))
  expect(where()).toBe('/customers?scope=public')
  await waitFor(() => expect(within(rows()[0]!).getByText('公共客户')).toBeTruthy())
})

test('pages come from the server, one after the other', async () => {
  const { user } = open('/customers')
  await screen.findByText('已显示 20 位')
  await user.click(screen.getByRole('button', { name: '显示更多' }))
  expect(await screen.findByText(/^共 \d+ 位$/)).toBeTruthy()
})

test('an empty list says why and what to do', async () => {
  open('/customers?q=9999')
  expect(await screen.findByText('没有找到“9999”')).toBeTruthy()
  expect(screen.getByRole('link', { name: '建一份新档案' })).toBeTruthy()
})

test('a number shows in clear only after a reason', async () => {
  const { chain, user } = open(`/customers/${id(4, 1)}`)
  await user.click(await screen.findByRole('button', { name: '查看号码' }))
  const dialog = await screen.findByRole('dialog')
  const show = within(dialog).getByRole('button', { name: '查看号码' })
  expect(show.hasAttribute('disabled')).toBe(true)
  await user.click(within(dialog).getByRole('button', { name: '致电确认预定' }))
  await user.click(show)
  expect((await screen.findByRole('link', { name: /138 0013 1237/ })).getAttribute('href')).toBe('tel:13800131237')
  expect(chain.calls.find((c) => c.method === 'RevealNumber')?.input).toMatchObject({ reason: '致电确认预定' })
})

test('ownership tells why: sentence, rule, version, evidence', async () => {
  open(`/customers/${id(4, 1)}?tab=ownership`)
  const [card] = await screen.findAllByTestId('why')
  expect(card?.textContent).toContain('三个月没有来消费')
  expect(card?.textContent).toContain('LIF-03')
  expect(card?.textContent).toContain('规则第 2 版')
  expect(card?.textContent).toContain('最后一次消费')
})
