import { expect, type Page } from '@playwright/test'
import { go, login, onPhone, people, test } from './console.ts'

const serial = () => String(Date.now()).slice(-8)

/** Fills stage 1 of a new file. */
async function stage1(page: Page, name: string, number: string) {
  await page.getByLabel('姓名').fill(name)
  await page.getByLabel('先生').check()
  await page.getByLabel('手机号').fill(number)
  await page.getByLabel('怎么认识的').fill('常来喝早茶')
}

// What this phone keeps says nothing to whoever reads it.
const kept = (page: Page) => page.evaluate(() => JSON.stringify(localStorage))

test('a chain designs what its files ask for, and takes it back', async ({ page, browser }) => {
  const label = `爱喝的茶${serial()}`
  await login(page, people.admin, '/template')
  await page.getByRole('button', { name: '加一个自设栏目' }).last().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '完成' }).click()
  await expect(dialog.getByText('还没填：栏目名称')).toBeVisible()
  await dialog.getByLabel('栏目名称').fill(label)
  await dialog.getByLabel('从选项里选').check()
  await dialog.getByLabel('选项，一行一个').fill('龙井\n普洱')
  await dialog.getByRole('button', { name: '完成' }).click()
  await expect(page.getByText('有未发布的修改')).toBeVisible()
  if (onPhone(page)) await page.getByRole('button', { name: '手机上的样子' }).click()
  await expect(page.locator('.phone-frame').getByText(label)).toBeVisible()
  if (onPhone(page)) await page.getByRole('button', { name: '关闭' }).click()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  await page.getByRole('dialog').getByLabel('为什么改').fill('春茶上市')
  await page.getByRole('dialog').getByRole('button', { name: '发布', exact: true }).click()
  await expect(page.getByText(/现行第 \d+ 版/)).toBeVisible()

  const phone = await browser.newPage({ viewport: page.viewportSize() })
  await login(phone, people.rep, '/customers/new')
  await stage1(phone, '孙大川', `137${serial()}`)
  await phone.getByRole('button', { name: '保存，下一步' }).click()
  await expect(phone.getByText('已存为草稿')).toBeVisible()
  await phone.getByRole('radiogroup', { name: label }).getByLabel('普洱').check()
  await phone.getByRole('button', { name: '保存草稿' }).click()
  await expect(phone.getByRole('button', { name: '保存草稿' })).toBeDisabled()
  await phone.reload()
  await expect(phone.getByRole('radiogroup', { name: label }).getByLabel('普洱')).toBeChecked()
  // What was refused stands at the field, once, and the first is where one writes.
  await phone.getByRole('button', { name: '提交审核' }).click()
  await expect(phone.getByText('请填写工作单位。')).toBeVisible()
  await expect(phone.getByLabel('工作单位')).toBeFocused()
  await expect(phone.getByRole('alert')).toHaveCount(0)
  await phone.close()

  await page.getByRole('link', { name: '历史版本' }).click()
  await expect(page.getByText('“春茶上市”').first()).toBeVisible()
  await page.getByRole('button', { name: '按这一版修改' }).last().click()
  await page.getByRole('button', { name: '发布', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: '发布', exact: true }).click()
  await expect(page.getByText(/现行第 \d+ 版/)).toBeVisible()
  await expect(page.getByText(label)).toHaveCount(0)
})

test('a file begun without a line is sent by itself, once', async ({ page, context }) => {
  const number = `136${serial()}`
  const requests: string[] = []
  page.on('request', (r) => {
    if (r.url().endsWith('/CreateFile')) requests.push((r.postDataJSON() as { requestId: string }).requestId)
  })
  await login(page, people.rep, '/customers/new')
  await page.getByLabel('姓名').waitFor()
  await context.setOffline(true)
  await stage1(page, '韩立新', number)
  await page.getByRole('button', { name: '保存，下一步' }).click()
  await expect(page.getByText('没有连上服务器，已存在这台设备上。')).toBeVisible()
  const device = await kept(page)
  expect(device).not.toContain('韩立新')
  expect(device).not.toContain(number)
  await context.setOffline(false)
  await expect(page).toHaveURL(/\/edit/)
  expect(new Set(requests).size).toBe(1)
  await go(page, '客户')
  await page.getByRole('searchbox').fill(number)
  await expect(page.getByText('共 1 位')).toBeVisible()
})

test('a closed tab and a double press: what was typed is there, and makes one file', async ({ page, context }) => {
  const number = `135${serial()}`
  await login(page, people.rep, '/customers/new')
  await stage1(page, '韩立新', number)
  const again = await context.newPage()
  await page.goto('about:blank')
  await again.goto('/customers')
  const unsent = again.getByRole('region', { name: '这台设备上还没发出的档案' })
  await expect(unsent.getByText('韩立新')).toBeVisible()
  await unsent.getByRole('button', { name: '继续填写' }).click()
  await expect(again.getByLabel('手机号')).toHaveValue(number)
  await again.getByRole('button', { name: '保存，下一步' }).dblclick()
  await expect(again).toHaveURL(/\/edit/)
  await go(again, '客户')
  await expect(unsent).toHaveCount(0)
  await again.getByRole('searchbox').fill(number)
  await expect(again.getByText('共 1 位')).toBeVisible()
  await again.close()
})
