import { expect } from '@playwright/test'
import { go, login, onPhone, people, test } from './console.ts'

// Each project plans the end of a store of its own, and takes it back: others need their stores.
test('head office plans how a store ends, sees what stands in the way, and takes it back (HND-08)', async ({ page }) => {
  await login(page, people.office)
  await go(page, '客户交接')
  await page.getByRole('button', { name: '门店合并与闭店' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '门店合并与闭店' })).toBeVisible()
  await page.getByRole('button', { name: '计划合并或闭店' }).click()
  await page.getByRole('button', { name: '提交，等同事批准' }).click()
  await expect(page.getByText('请选择要关的门店。')).toBeVisible()
  const store = page.getByLabel('要关的门店')
  const names = (await store.locator('option').allTextContents()).slice(1)
  const mine = (onPhone(page) ? names.at(-1) : names.at(-2)) ?? ''
  await store.selectOption({ label: mine })
  await page.getByLabel('转到哪家门店').selectOption({ label: names.find((n) => n !== mine) ?? '' })
  const day = new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10)
  await page.getByLabel('从哪天起关').fill(day)
  await expect(page.getByRole('heading', { name: '会转移什么' })).toBeVisible()
  await expect(page.getByRole('region', { name: '批准前要办完' })).toBeVisible()

  // Where it closes, each referrer needs a place to go for his guests.
  await page.getByRole('radio', { name: /闭店/ }).check()
  const owners = page.getByRole('list', { name: '推荐人和客户去向' })
  if (await owners.getByRole('listitem').count() > 0) {
    await expect(page.getByText(/位推荐人的客户还没安排去向/)).toBeVisible()
    await owners.getByRole('listitem').first().getByRole('combobox').first().selectOption({ index: 1 })
    await expect(owners.getByRole('listitem').first().getByRole('combobox').nth(1)).toBeEnabled()
  }
  await page.getByRole('radio', { name: /合并/ }).check()
  await page.getByLabel('原因').fill('租约到期')
  await page.getByRole('button', { name: '提交，等同事批准' }).click()
  await expect(page).toHaveURL(/\/store-moves\/[0-9a-f]{8}-/)
  await expect(page.getByText('待批准').first()).toBeVisible()
  await expect(page.getByRole('button', { name: '批准', exact: true }), 'not by who planned it').toHaveCount(0)
  await page.getByRole('button', { name: '撤回' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '撤回' }).click()
  await expect(page.getByText('已撤回').first()).toBeVisible()
  await page.getByRole('link', { name: '返回门店合并与闭店' }).click()
  await expect(page.getByRole('list', { name: '门店合并与闭店' }).getByText('租约到期').first()).toBeVisible()
})
