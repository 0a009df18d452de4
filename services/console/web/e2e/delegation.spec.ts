import { expect } from '@playwright/test'
import { call, enter, go, login, onPhone, people, rows, test } from './console.ts'

// Whatever became of it, nobody acts for the manager in the journeys after it.
test.afterEach(async ({ request }) => {
  await enter(request, people.manager)
  const { delegations = [] } = (await (await call(request, 'staff.v1.DelegationService/ListMyDelegations')).json()) as { delegations?: { id: string; endTime?: string }[] }
  for (const d of delegations) if (!d.endTime) await call(request, 'staff.v1.DelegationService/EndMyDelegation', { delegationId: d.id })
})

// ROL-05: two taps name a delegate; he acts under both names; it ends at once.
test('somebody acts for the manager: a strip says so, the timeline names both, and it ends at once', async ({ page, browser }) => {
  await login(page, people.manager)
  await go(page, '代理')
  await page.getByRole('button', { name: '请人代理' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: /企业管理员/ }).check()
  await dialog.getByRole('button', { name: '确定' }).click()
  const line = page.locator('.delegations li').filter({ hasText: '代理中' }).first()
  await expect(line).toBeVisible()
  const delegate = (await line.locator('b').textContent()) ?? ''

  const his = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(his, people.admin)
  const strip = his.locator('.acting')
  await expect(strip).toContainText('您正在代')
  const holder = /您正在代 (.+) 处理/.exec((await strip.textContent()) ?? '')?.[1] ?? ''
  if (onPhone(his)) await expect(his.getByRole('link', { name: '审核', exact: true })).toBeVisible()
  await go(his, '客户')
  await rows(his).first().getByRole('link').first().click()
  await his.getByRole('button', { name: '查看号码' }).click()
  await his.getByRole('dialog').getByLabel('用途').fill('代为致电客人')
  await his.getByRole('dialog').getByRole('button', { name: '查看号码' }).click()
  await expect(his.getByRole('button', { name: '隐藏' })).toBeVisible()
  await his.getByRole('link', { name: '记录', exact: true }).click()
  await expect(his.locator('.timeline li').first()).toContainText(`${delegate} 代 ${holder}`)

  await line.getByRole('button', { name: '结束代理' }).click()
  await page.locator('.ant-popover').getByRole('button', { name: '结束代理' }).click()
  await expect(page.locator('.delegations li').filter({ hasText: '代理中' })).toHaveCount(0)
  await his.reload()
  await expect(his.getByRole('heading', { level: 1, name: '没有权限' })).toBeVisible()
  await expect(strip).toHaveCount(0)
  await his.context().close()
})

test('the queue says whose turn a review is', async ({ page }) => {
  await login(page, people.manager, '/reviews')
  if (onPhone(page)) await page.locator('.queue button').first().click()
  await expect(page.locator('.review .turn')).toContainText(/现由 .+ 处理|已升级给/)
})
