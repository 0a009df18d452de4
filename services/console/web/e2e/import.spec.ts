import { expect, type Page } from '@playwright/test'
import { go, login, onPhone, people, rows, test } from './console.ts'

const head = '门店,姓名,手机号,推荐人工号,审核通过日期,备注\n'
const list = (lines: string[]) => ({ name: '老客户.csv', mimeType: 'text/csv', buffer: Buffer.from(head + lines.join('\n') + '\n') })
const upload = (page: Page) => page.locator('input[type=file]')

test('a list with three mistakes is told line by line, matched, mended and published', async ({ page }) => {
  const tail = onPhone(page) ? '1' : '2'
  const number = (n: number) => `1386677${tail}00${n}`
  await login(page, people.admin)
  await go(page, '导入客户')
  await upload(page).setInputFiles(list([
    `友谊店,欧阳静,${number(1)},E0005,2024-03-01,老客户`,
    `月球店,陈书远,${number(2)},E0005,2024-03-01,`,
    `友谊店,陈书远,029-88881234,E0005,2024-03-01,`,
    `友谊店,王总,${number(1)},E0005,2024-03-01,`,
  ]))
  await expect(page.getByRole('heading', { level: 1, name: '老客户.csv' })).toBeVisible()
  await expect(rows(page)).toHaveCount(3)
  await expect(rows(page).first()).toContainText('没有这家门店')
  await expect(rows(page).nth(1)).toContainText('固定电话')
  await expect(rows(page).nth(2)).toContainText('与第 2 行是同一家店的同一个号码')
  await expect(page.getByText('这些列不会导入：备注')).toBeVisible()

  await page.getByRole('combobox', { name: '月球店' }).selectOption({ label: '友谊店（S01）' })
  await page.getByRole('button', { name: '对应好了，重新检查' }).click()
  await expect(rows(page)).toHaveCount(2)
  await page.getByRole('button', { name: '放弃', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '放弃', exact: true }).click()
  await expect(page.getByText('这份名单已放弃')).toBeVisible()

  await go(page, '导入客户')
  await upload(page).setInputFiles(list([
    `友谊店,欧阳静,${number(1)},E0005,2024-03-01,`, `友谊店,陈书远,${number(2)},E0005,2024-03-01,`, `友谊店,王总,${number(3)},E0005,2024-03-01,`,
  ]))
  await page.getByRole('button', { name: '导入 3 位客户' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '导入 3 位客户' }).click()
  await expect(page.getByText('已导入 3 位客户')).toBeVisible()
  await go(page, '导入客户')
  await expect(rows(page).first()).toContainText('已导入')
})
