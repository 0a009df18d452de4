import { expect } from '@playwright/test'
import { answered, login, onPhone, people, test } from './console.ts'

test('what came back waits on 今日, at its field, and the mark in the menu goes when it is read', async ({ page, browser }) => {
  // A waiter's file that the manager sends back, and a message that the waiter reads.
  const number = `136${String(Date.now()).slice(-8)}`
  const name = onPhone(page) ? '诸葛文心' : '诸葛明月'
  await login(page, people.rep, '/customers/new')
  await page.locator('#f-name').fill(name)
  await page.locator('#f-number').fill(number)
  await page.locator('form button[type=submit]').click()
  await expect(page).toHaveURL(/\/edit/)
  await page.goto('/customers?scope=drafts')
  await expect(page.getByRole('link', { name: new RegExp(name) })).toBeVisible()

  const office = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(office, people.office, '/guest-requests?new=1')
  await office.getByRole('radio', { name: '更正' }).check()
  await office.getByLabel('客人的手机号').fill(number)
  await office.getByRole('button', { name: '登记', exact: true }).click()
  const item = office.getByRole('article', { name: `更正 ${number.slice(0, 3)}****${number.slice(-4)}` })
  await item.getByRole('button', { name: '核实身份' }).click()
  await office.getByRole('radio', { name: '核对身份证件' }).check()
  await office.getByRole('button', { name: '记下' }).click()
  await item.getByRole('button', { name: '写明更正' }).click()
  await office.getByRole('checkbox', { name: '职务' }).check()
  await office.getByLabel('职务改成什么').fill('总经理')
  await office.getByRole('button', { name: '交推荐人更正' }).click()
  await expect(item).toHaveCount(0)
  await office.context().close()

  await page.goto('/')
  await page.getByRole('link', { name: /条未读消息/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: '我的消息' })).toBeVisible()
  const line = page.getByRole('listitem').filter({ hasText: `客人要求更正：${name}` })
  await expect(line.getByText('未读')).toBeVisible()
  await answered(page, 'MarkInboxRead', () => line.getByRole('link').click())
  await expect(page.getByRole('heading', { level: 1, name: new RegExp(name) })).toBeVisible()
  await page.goto('/inbox')
  await expect(line).toBeVisible()
  await expect(line.getByText('未读')).toHaveCount(0)
  const all = page.getByRole('button', { name: '全部标为已读' })
  if (await all.isVisible()) await all.click()
  await expect(all).toHaveCount(0)
  await page.goto('/')
  await expect(page.locator('.my-month')).toBeVisible()
  await expect(page.getByRole('link', { name: /条未读消息/ })).toHaveCount(0)
})
