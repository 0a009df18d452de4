import { expect } from '@playwright/test'
import { go, login, loginAnew, onPhone, people, rows, test } from './console.ts'

const password = 'four warm teapots'

test('a store applies, head office opens, the person activates and is in', async ({ page }) => {
  const tail = onPhone(page) ? '31' : '32'
  const [staffNo, name] = [`E09${tail}`, onPhone(page) ? '秦朗' : '秦霜']
  await login(page, people.manager)
  await go(page, '申请账号')
  await page.getByRole('button', { name: '申请开通账号' }).first().click()
  const form = page.getByRole('dialog')
  await form.getByRole('button', { name: '提交给总部' }).click()
  await expect(form.getByText('请填姓名')).toBeVisible()
  await form.getByLabel('姓名').fill(name)
  await form.getByLabel('工号').fill(staffNo)
  await form.getByLabel('岗位').selectOption('客服代表')
  await form.getByLabel('本人手机号').fill(`138913509${tail}`)
  await form.getByLabel('申请原因').fill('新入职，负责二楼包间')
  await form.getByRole('button', { name: '提交给总部' }).click()
  const mine = page.getByRole('article', { name })
  await expect(mine).toContainText('还剩')

  await loginAnew(page, people.office)
  await go(page, '开户申请')
  await page.getByRole('article', { name }).getByRole('button', { name: '开通，打印码' }).click()
  const slip = page.getByRole('dialog')
  const code = (await slip.locator('output').textContent()) ?? ''
  expect(code).toMatch(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/)
  await slip.getByRole('button', { name: '已交给本人' }).click()
  await expect(page.getByRole('article', { name })).toHaveCount(0)

  await page.goto('about:blank')
  await page.context().clearCookies()
  await page.goto('/activate?chain=demo')
  await page.getByLabel('工号').fill(staffNo)
  await page.getByLabel('激活码').fill('AAAAA-AAAAA')
  await page.getByLabel('新密码').fill(password)
  await page.getByLabel('再输一次').fill(password)
  await page.getByRole('button', { name: '激活并登录' }).click()
  await expect(page.getByRole('alert')).toContainText('激活码不正确')
  await page.getByLabel('激活码').fill(code.toLowerCase().replace('-', ' '))
  await page.getByRole('button', { name: '激活并登录' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '今日' })).toBeVisible()

  await loginAnew(page, people.manager)
  await go(page, '申请账号')
  await expect(page.getByRole('article', { name })).toContainText('已激活')
})

test('a list with a mistake brings nobody in; mended, it does, and twice changes nothing', async ({ page }) => {
  const tail = onPhone(page) ? '41' : '42'
  const list = (store: string) => ({ name: '员工.csv', mimeType: 'text/csv', buffer: Buffer.from(`工号,姓名,门店,岗位,入职日期,手机号\nE09${tail},叶知秋,${store},前台,2026-01-05,138913509${tail}\n`) })
  await login(page, people.admin)
  await page.goto('/staff/import')
  const upload = page.locator('input[type=file]')
  await upload.setInputFiles(list('月球店'))
  await expect(page.getByText('没有这家门店')).toBeVisible()
  await expect(page.getByText('第 2 行')).toBeVisible()
  await expect(page.getByRole('button', { name: /导入 1 位/ })).toHaveCount(0)
  await page.reload() // it is kept, and mended in its place
  await page.getByLabel('第 2 行 门店').fill('友谊店')
  await page.getByRole('button', { name: '改好' }).click()
  await page.getByRole('button', { name: '导入 1 位新员工' }).click()
  await expect(page.getByText('已录入 1 位新员工')).toBeVisible()
  await upload.setInputFiles(list('友谊店'))
  await expect(page.getByText(/新员工 0 位，已在系统 1 位/)).toBeVisible()
})

test('somebody is found, goes on leave, leaves and comes back', async ({ page }) => {
  const staffNo = onPhone(page) ? 'E0012' : 'E0014'
  await login(page, people.admin)
  await go(page, '员工')
  await page.getByRole('searchbox').fill(staffNo)
  await expect(rows(page)).toHaveCount(1)
  await rows(page).first().getByRole('link').first().click()
  await page.getByRole('button', { name: '登记休假' }).click()
  await page.getByRole('dialog').getByLabel('病假').check()
  await page.getByRole('dialog').getByRole('button', { name: '登记休假' }).click()
  await expect(page.getByText('休假至')).toBeVisible()
  await page.getByRole('button', { name: '销假' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '销假' }).click()
  await page.getByRole('button', { name: '登记离岗' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '登记离岗' }).click()
  await expect(page.getByText('离职手续未办结')).toBeVisible()
  const close = page.getByRole('button', { name: '办结离职手续' })
  if (await close.isEnabled()) {
    await close.click()
    await expect(page.getByText(/离职手续已由/)).toBeVisible()
  } else {
    await expect(page.getByText(/名下还有 \d+ 位客户/)).toBeVisible()
  }
  await page.goto(`/staff?show=left&q=${staffNo}`)
  await expect(rows(page)).toHaveCount(1)
  await rows(page).first().getByRole('link').first().click()
  await page.getByRole('button', { name: '办理复职' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '办理复职' }).click()
  await expect(page.getByText('未开通').first()).toBeVisible()
})
