import { expect } from '@playwright/test'
import { login, onPhone, people, test } from './console.ts'

// Two referrers of one store and one number, each test with its own.
const number = () => `139${String(Date.now()).slice(-8)}`

test('a second referrer claims a guest, and the first gives way (CUS-10)', async ({ page, browser }) => {
  const phone = number()
  await login(page, people.rep, '/customers/new')
  await page.locator('#f-name').fill('贺知章')
  await page.locator('#f-number').fill(phone)
  await page.locator('form button[type=submit]').click()
  await expect(page).toHaveURL(/\/edit/)

  const other = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(other, people.manager, '/customers/new')
  await other.locator('#f-name').fill('贺知章')
  await other.locator('#f-number').fill(phone)
  await expect(other.getByText('在本店建档')).toBeVisible()
  await expect(other.getByText('认为是您的客人？')).toBeVisible()
  await other.getByRole('button', { name: '提出归属争议' }).click()
  await other.getByLabel('为什么是您的客人').fill('他的生日宴是我接待的')
  await other.getByRole('button', { name: '提出争议', exact: true }).click()
  await expect(other.getByText('他的生日宴是我接待的')).toBeVisible()
  await expect(other.getByText('前双方自行商定')).toBeVisible()

  await page.goto('/')
  await page.getByRole('link', { name: /归属争议与您有关/ }).click()
  if (onPhone(page)) await page.getByRole('list', { name: '争议列表' }).getByRole('button').first().click()
  await expect(page.getByText('他的生日宴是我接待的')).toBeVisible()
  await page.getByRole('button', { name: '让给对方' }).click()
  await page.getByRole('button', { name: '确定' }).click()
  await expect(page.getByText('让出', { exact: false })).toBeVisible()
  await other.reload()
  await expect(other.getByText(/归 /).first()).toBeVisible()
  await other.context().close()
})
