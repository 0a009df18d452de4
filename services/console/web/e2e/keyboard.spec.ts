import { expect } from '@playwright/test'
import { login, onPhone, people, test } from './console.ts'

test('by the keyboard alone the page comes before the menu, and one sees where one is', async ({ page }) => {
  await login(page, people.admin, '/keys')
  await expect(page.getByRole('heading', { level: 1, name: '接口密钥' })).toBeVisible()
  // The menu is longer than the window.
  if (!onPhone(page)) await expect(page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name: '接口密钥' })).toBeInViewport()
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: '跳到正文' })
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  expect(await skip.evaluate((link) => getComputedStyle(link).outlineStyle)).toBe('solid')
})
