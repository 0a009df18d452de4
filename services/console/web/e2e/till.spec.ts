import { expect, type Page } from '@playwright/test'
import { go, login, onPhone, people, rows, test } from './console.ts'

const head = '门店名称,账单号,结账时间,实收金额(元),桌台名称,会员手机,账单状态\n'
const bills = (lines: string[]) => ({ name: '客如云账单明细.csv', mimeType: 'text/csv', buffer: Buffer.from(head + lines.join('\n') + '\n合计,,,9999\n') })
const picker = (page: Page) => page.locator('input[type=file]')

test('an export is matched once, told line by line, recorded, and doubles nothing the next time', async ({ page }) => {
  const tail = `${onPhone(page) ? 'P' : 'C'}${Date.now() % 1_000_000}-`
  const name = `银豹 账单 ${tail}`
  const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
  const file = bills([
    `友谊店,${tail}1,${day} 12:40,"¥1,234.50",A08,13866770001,已结账`,
    `友谊店,${tail}2,${day} 19:20,880元,A09,138****0002,已结账`,
    `友谊店,${tail}3,${day} 19:30,66,A10,,挂起了`,
    `友谊店,${tail}4,昨天,一百,A11,,已结账`,
  ])
  await login(page, people.manager)
  await go(page, '账单导入')
  await page.getByRole('button', { name: '新来源：账单' }).click()
  await picker(page).setInputFiles(file)
  await expect(page.getByRole('heading', { name: '对应各列' })).toBeVisible()
  await expect(page.getByLabel('结账时间')).toHaveValue('结账时间')
  await expect(page.getByText('138****0001').first()).toBeVisible()
  await page.getByLabel('来源名称').fill(name)
  await expect(page.getByLabel('收银系统')).toHaveValue('银豹') // the source of its bills goes by the name
  await page.getByRole('button', { name: '试读' }).click()
  await expect(page.getByText('试读了 4 行，2 行有错误')).toBeVisible()
  await page.getByRole('combobox', { name: '挂起了' }).selectOption('opened')
  await page.getByRole('button', { name: '保存对应，开始检查' }).click()
  await expect(page.getByRole('button', { name: '跳过错误，导入 3 行' })).toBeVisible()
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page).first()).toContainText('金额看不懂')
  await page.getByRole('button', { name: '跳过错误，导入 3 行' }).click()
  await expect(page.locator('.till-figures div').first()).toContainText('3')

  await go(page, '账单导入')
  const source = page.locator('.till-sources li', { hasText: name })
  await source.getByRole('button', { name: '上传今天的文件' }).click()
  await picker(page).setInputFiles(bills([`友谊店,${tail}1,${day} 12:40,"¥1,234.50",A08,13866770001,已结账`, `友谊店,${tail}2,${day} 19:20,870元,A09,138****0002,已结账`]))
  await page.getByRole('button', { name: '导入 2 行' }).click()
  await expect(page.locator('.till-figures')).toContainText('与以前相同1')
  await expect(page.locator('.till-figures')).toContainText('修订1')
  await page.getByRole('button', { name: '去看账单' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '账单' })).toBeVisible()
})
