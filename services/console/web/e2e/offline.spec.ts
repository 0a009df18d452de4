import { expect } from '@playwright/test'
import { login, people, test } from './console.ts'

test('a tab that is loaded anew without a line shows the console, which goes on at a tap', async ({ page, context }) => {
  await login(page, people.rep)
  await page.goto('/customers')
  await expect(page.getByRole('heading', { level: 1, name: '客户' })).toBeVisible()
  // The shell is kept; of what the API answered, nothing.
  await expect.poll(() => page.evaluate(async () => (await (await caches.open('shell')).match('/')) !== undefined)).toBe(true)
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: '客户' })).toBeVisible()
  const kept = await page.evaluate(async () => (await (await caches.open('shell')).keys()).map((request) => new URL(request.url).pathname))
  expect(kept.filter((path) => path !== '/' && !path.startsWith('/assets/') && path !== '/favicon.svg')).toEqual([])

  await context.setOffline(true)
  await page.reload()
  await expect(page.getByText('连不上服务器')).toBeVisible()
  await context.setOffline(false)
  await page.getByRole('button', { name: '再试一次' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '客户' })).toBeVisible()
})
