import { expect } from '@playwright/test'
import { go, login, onPhone, test } from './console.ts'
import { operatorLogin } from './operator.ts'

// A public key of age; nobody has its other half.
const recipient = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'

test('an operator makes a chain, and its administrator comes in with the code', async ({ page, context }) => {
  test.setTimeout(180_000)
  const code = `lotus${Date.now() % 1e8}`
  const name = `莲花茶楼 ${code.slice(-4)}`
  await operatorLogin(page)
  await page.getByRole('button', { name: '开通企业' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('企业名称').fill(name)
  await dialog.getByLabel('企业代码').fill(code)
  await dialog.getByRole('button', { name: '开通', exact: true }).click()
  await expect(dialog.getByRole('alert').first()).toBeVisible() // what is missing is said
  await dialog.getByLabel('姓名').fill('陆婉清')
  await dialog.getByLabel('手机号').fill('13800138000')
  await dialog.getByRole('button', { name: '开通', exact: true }).click()
  const made = page.getByRole('dialog', { name: '企业已开通' })
  const activation = await made.locator('dd').last().innerText()
  await made.getByRole('button', { name: '已交给管理员' }).click()
  await expect(page.getByRole('button', { name }).first()).toBeVisible()

  const activated = await page.request.post('/changke.staff.v1.AccountOpeningService/ActivateAccount', {
    data: { tenantCode: code, staffNo: 'A001', code: activation, password: '三只白鹭过江 2026' },
  })
  expect(activated.ok(), await activated.text()).toBeTruthy()
  const admin = await context.newPage()
  await admin.goto('/login')
  await admin.getByLabel('企业代码').fill(code)
  await admin.getByLabel('工号或手机号').fill('A001')
  await admin.getByLabel('密码').fill('三只白鹭过江 2026')
  await admin.getByRole('button', { name: '登录' }).click()
  await expect(admin.getByRole('navigation', { name: '菜单' })).toBeVisible()

  // Suspended, the next act is refused with words that say why.
  await page.bringToFront()
  await page.getByRole('button', { name }).first().click()
  const sheet = page.getByRole('dialog', { name })
  await sheet.getByRole('button', { name: '暂停服务' }).click()
  await sheet.getByRole('button', { name: '暂停服务' }).click() // asked once more, in its place
  await expect(sheet.getByText('已暂停')).toBeVisible()
  await admin.bringToFront()
  await admin.reload()
  await expect(admin.getByText('企业服务已暂停')).toBeVisible()
})

test('support looks in only by consent, reads, and is seen', async ({ page, browser }) => {
  test.setTimeout(180_000)
  await login(page, 'A001')
  const desk = await browser.newContext({ viewport: page.viewportSize(), locale: 'zh-CN', baseURL: new URL(page.url()).origin })
  const op = await desk.newPage()
  await operatorLogin(op)
  await op.getByRole('link', { name: '支持访问' }).click()
  await expect(op.getByText('没有支持访问').or(op.locator('.desk-lines li').first())).toBeVisible()
  for (const old of await op.getByRole('button', { name: /^(撤回|结束)$/ }).all()) await old.click() // of a run that was cut off
  await op.getByRole('link', { name: '连锁企业' }).click()
  await op.getByRole('button', { name: '常来茶餐厅' }).click()
  const sheet = op.getByRole('dialog', { name: '常来茶餐厅' })
  await sheet.getByLabel('原因').fill('看板数字不对')
  await sheet.getByRole('button', { name: '发出申请' }).click()
  await expect(sheet.getByText('已发出，等企业管理员同意')).toBeVisible()
  await sheet.getByRole('button', { name: '关闭' }).click()

  await page.reload()
  await expect(page.getByText('申请查看').first()).toBeVisible() // over every page
  await go(page, '支持与导出')
  await page.getByLabel('15 分钟').check()
  await page.getByRole('button', { name: '同意查看' }).click()
  await expect(page.getByRole('button', { name: '立即结束' })).toBeVisible()

  await op.getByRole('link', { name: '支持访问' }).click()
  await op.getByRole('button', { name: '进入查看' }).click()
  await expect(op.getByText('平台支持，只读查看 常来茶餐厅')).toBeVisible()
  await go(op, '客户')
  await expect(op.locator('main')).toContainText(/1\d{2}\*{4}\d{4}/)
  await page.getByRole('button', { name: '立即结束' }).click()
  await expect(page.getByText('已结束').first()).toBeVisible()
  await op.goto('/customers')
  await expect(op).toHaveURL(/login/)
  await desk.close()
})

test('an administrator registers a key, exports and downloads', async ({ page }) => {
  await login(page, 'A001')
  await go(page, '支持与导出')
  const replace = page.getByRole('button', { name: '更换公钥' })
  await expect(replace.or(page.getByLabel('公钥', { exact: true }))).toBeVisible()
  if (await replace.isVisible()) await replace.click()
  await page.getByLabel('公钥', { exact: true }).fill('AGE-SECRET-KEY-1QQQQ')
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await expect(page.getByText('您粘贴的是私钥')).toBeVisible()
  await page.getByLabel('公钥', { exact: true }).fill(recipient)
  await page.getByRole('button', { name: '登记', exact: true }).click()
  await expect(page.getByText(recipient)).toBeVisible()
  await page.getByRole('button', { name: '开始导出' }).click()
  const ready = page.locator('.desk-lines li').filter({ hasText: '可下载' }).first()
  await expect(ready).toBeVisible({ timeout: 30_000 })
  const download = page.waitForEvent('download')
  await ready.getByRole('button', { name: '下载' }).click()
  expect((await download).suggestedFilename()).toMatch(/^changke-demo-\d{8}-\d{4}\.zip\.age$/)
  if (!onPhone(page)) await expect(page.getByRole('button', { name: '开始导出' })).toBeEnabled()
})
