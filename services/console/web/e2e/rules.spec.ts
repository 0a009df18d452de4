import { expect } from '@playwright/test'
import { go, login, people, test } from './console.ts'

test('administrator: a value is changed, compared, published from a day on, seen in the history, and taken back', async ({ page }, { project }) => {
  await login(page, people.admin)
  await go(page, '规则')
  await page.getByRole('button', { name: /调整规则|继续草稿/ }).click()
  const days = project.name === 'phone' ? '9' : '11'
  await page.getByLabel('草稿占号天数').fill(days)
  await page.getByRole('button', { name: '保存草稿' }).click()
  await expect(page.getByText(/改于/)).toBeVisible()

  await page.getByLabel('营销短信：最晚').fill('08:30')
  await expect(page.getByText('不能早于“营销短信：最早”（09:00）').first()).toBeVisible()
  await expect(page.getByRole('button', { name: '核对并发布' })).toBeDisabled()
  await page.getByLabel('营销短信：最晚').fill('20:00')
  await page.getByRole('button', { name: '核对并发布' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('草稿占号天数')).toBeVisible()
  await expect(dialog.getByText(`${days} 天`)).toBeVisible()
  await dialog.getByLabel('为什么改').fill(`试行 ${days} 天`)
  await dialog.getByRole('button', { name: '发布', exact: true }).click()

  const newest = page.locator('.version').first()
  await expect(newest.getByText('待生效')).toBeVisible()
  await expect(newest.getByText(`“试行 ${days} 天”`)).toBeVisible()
  await expect(newest.getByText(`${days} 天`, { exact: true })).toBeVisible()
  await expect(page.locator('.differences').getByText('草稿占号天数')).toBeVisible()

  await newest.getByRole('button', { name: '撤回' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '撤回' }).click()
  await expect(page.locator('.version').nth(1).getByText('已撤回', { exact: true })).toBeVisible()
})

test('manager of a store: sees what binds it, and can’t change it', async ({ page }) => {
  await login(page, people.manager, '/rules')
  await expect(page.getByText(/约束友谊店的值/)).toBeVisible()
  await page.getByPlaceholder('搜参数、含义或规则编号').fill('LIF-03')
  await expect(page.getByText('未消费期限', { exact: true })).toBeVisible()
  await expect(page.getByText('草稿占号天数')).toHaveCount(0)
  await expect(page.getByRole('button', { name: '调整规则' })).toHaveCount(0)
})
