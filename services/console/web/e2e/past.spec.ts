import { expect } from '@playwright/test'
import { go, login, onPhone, people, test } from './console.ts'

// Bills that were found after their guests had been released; one correction each.
const found = { phone: '贺志强', desktop: '乔雪梅' }

test('a late bill: what it changes is proposed, and the manager gives the guest back from today on (RUL-09)', async ({ page }) => {
  const name = onPhone(page) ? found.phone : found.desktop
  await login(page, people.manager)
  await go(page, '建议更正')
  const card = page.getByRole('list', { name: '建议更正' }).locator('> li').filter({ hasText: new RegExp(`${name[0]}`) }).filter({ hasText: '高洋磊' }).first()
  await expect(card).toContainText('LIF-03')
  await card.getByRole('button').first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '确认更正' }).click()
  await expect(dialog.getByText('请写明理由，至少两个字。')).toBeVisible()
  await dialog.getByLabel(/理由/).fill('补录的小票已核对')
  await dialog.getByRole('button', { name: '确认更正' }).click()
  await expect(dialog).toHaveCount(0)
  await page.getByText('全部', { exact: true }).click()
  const settled = page.getByRole('list', { name: '建议更正' }).locator('> li').filter({ hasText: name }).first()
  await expect(settled).toContainText('已更正')
  await expect(settled).toContainText('补录的小票已核对')
  await settled.getByRole('link').first().click()
  await expect(page.getByTestId('why').filter({ hasText: 'RUL-09' }).first()).toBeVisible()
})

test('a rule is tried on the last months before it takes effect: progress, people, guests, a table (RUL-04)', async ({ page }) => {
  test.slow()
  await login(page, people.admin)
  await go(page, '规则')
  await page.getByRole('button', { name: /调整规则|继续草稿/ }).click()
  await page.getByLabel('未消费期限', { exact: true }).fill(onPhone(page) ? '1' : '2')
  await page.getByRole('button', { name: '保存草稿' }).click()
  await expect(page.getByText(/改于/)).toBeVisible()
  try {
    await go(page, '规则试算')
    await expect(page.getByText(/草稿里有 \d+ 处改动/)).toBeVisible()
    await page.getByLabel('试算最近').selectOption('3')
    await page.getByRole('button', { name: '开始试算' }).click()
    await expect(page).toHaveURL(/\/trials\/[0-9a-f-]{36}/)
    await expect(page.getByText('已完成')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('未消费期限').first()).toBeVisible()
    await expect(page.getByText('仅试算发生').first()).toBeVisible()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '导出表格' }).click()
    expect((await download).suggestedFilename()).toMatch(/\.xlsx$/)
    await go(page, '规则试算')
    await expect(page.getByRole('list', { name: '规则试算' }).getByText('已完成').first()).toBeVisible()
  } finally {
    // The draft goes, so that nothing of it is published by the way.
    await go(page, '规则')
    await page.getByRole('button', { name: /调整规则|继续草稿/ }).click()
    await page.getByRole('button', { name: '放弃草稿' }).click()
    await page.getByRole('tooltip').getByRole('button', { name: '放弃草稿' }).click()
    await expect(page.getByRole('button', { name: '放弃草稿' })).toHaveCount(0)
  }
})

test('the running month can be looked at any time (LIF-04, LIF-07)', async ({ page }) => {
  await login(page, people.manager)
  await go(page, '月结预览')
  await expect(page.getByText(/如果.*今天结束/)).toBeVisible()
  await expect(page.getByText('目前没有会变动的客户').or(page.getByText(/会转为公共客户：|会请人认养：|接待次数并列：/).first())).toBeVisible()
})
