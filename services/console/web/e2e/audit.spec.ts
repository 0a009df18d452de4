import { readFile } from 'node:fs/promises'
import { expect } from '@playwright/test'
import { go, login, people, rows, test } from './console.ts'

test('who looked at a guest and saw his number stands in the log, can be narrowed in the URL and exported', async ({ page, browser }) => {
  const other = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(other, people.manager)
  await go(other, '客户')
  await rows(other).first().getByRole('link').first().click()
  await other.getByRole('button', { name: '查看号码' }).click()
  const dialog = other.getByRole('dialog')
  await dialog.getByLabel('用途').fill('核对档案')
  await dialog.getByRole('button', { name: '查看号码' }).click()
  await expect(dialog).toBeHidden()
  await other.context().close()

  await login(page, people.admin)
  await go(page, '审计')
  const seen = rows(page).filter({ hasText: '张娟娜' }).filter({ hasText: '查看了完整号码' }).first()
  await expect(seen).toBeVisible()
  await expect(seen).toContainText('友谊店')
  await expect(seen).toContainText(/待封存|已封存/)

  await page.getByRole('combobox', { name: '类别' }).selectOption({ label: '登录' })
  await expect(page).toHaveURL(/topic=session/)
  await expect(rows(page).filter({ hasText: /查看了(客户|完整号码)/ })).toHaveCount(0)
  await rows(page).filter({ hasText: '张娟娜' }).first().getByRole('link', { name: '张娟娜' }).click()
  await expect(page).toHaveURL(/person=/)
  await expect(rows(page).filter({ hasText: '沈总安' })).toHaveCount(0)
  await page.reload()
  await expect(rows(page).first()).toContainText('张娟娜')
  await page.getByLabel('到', { exact: true }).fill('2001-01-01')
  await expect(page.getByText('没有符合条件的记录')).toBeVisible()
  await page.getByRole('button', { name: '清除筛选' }).click()
  await expect(page).not.toHaveURL(/person=|topic=|to=/)
  await expect(rows(page).first()).toBeVisible()

  await page.getByRole('combobox', { name: '员工' }).fill('张娟')
  await page.getByRole('option', { name: /张娟娜/ }).getByRole('button').click()
  await expect(page).toHaveURL(/person=/)
  await page.getByRole('button', { name: '不再只看 张娟娜' }).click()
  await expect(page).not.toHaveURL(/person=/)

  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '导出表格' }).click()
  const file = await readFile(await (await download).path(), 'utf8')
  expect(file).toContain('时间,操作人,代理')
  expect(file).toContain('查看了完整号码')
  expect(file).not.toMatch(/(?<![\da-f-])1[3-9]\d{9}(?![\da-f-])/) // but inside an id
  await page.reload()
  await expect(rows(page).filter({ hasText: '导出了审计日志' }).first()).toBeVisible()
})
