import { expect } from '@playwright/test'
import { go, login, onPhone, people, rows, test } from './console.ts'

test('a change: the store reports it, head office opens it, the old value holds until the review', async ({ page, browser }, info) => {
  const taste = info.project.name === 'desktop' ? '靠窗，不要辣' : '包间，少盐'
  const as = async (who: string) => {
    const own = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
    await login(own, who)
    return own
  }
  // 客服经理 reports it on the guest's page.
  await login(page, people.manager)
  await go(page, '客户')
  // Of some guests a change is under way already: the first of whom none is.
  const report = page.getByRole('button', { name: '申请变更' })
  const guests = rows(page).filter({ hasText: '有效' })
  for (let i = 0; ; i++) {
    await guests.nth(i).getByRole('link').first().click()
    await expect(page.getByRole('region', { name: '档案变更' })).toBeVisible()
    if (await report.isVisible()) break
    await page.goBack()
  }
  await report.click()
  const dialog = page.getByRole('dialog', { name: '申请变更' })
  await dialog.getByRole('checkbox', { name: '口味与座位', exact: true }).check()
  await dialog.getByLabel('新的口味与座位').fill(taste)
  await dialog.getByRole('button', { name: '提交申请' }).click()
  const card = page.getByRole('region', { name: '档案变更' })
  await expect(card).toContainText('待总部处理')
  const name = ((await page.getByRole('heading', { level: 1 }).textContent()) ?? '').trim()
  expect(name).not.toBe('')

  // Head office sees old beside new and agrees.
  const office = await as(people.office)
  await go(office, '变更申请')
  const request = office.getByRole('article').filter({ hasText: taste }).first()
  await expect(request).toContainText('还剩')
  await request.getByRole('button', { name: '同意，交推荐人修改' }).click()
  await expect(office.getByRole('article').filter({ hasText: taste })).toHaveCount(0)
  await office.context().close()

  // The new value is no value yet.
  await page.reload()
  await expect(card).toContainText(taste)
  await expect(card).toContainText('原内容照旧有效')
  if (onPhone(page)) expect(await card.evaluate((e) => e.scrollWidth - e.clientWidth)).toBeLessThanOrEqual(0)
})

test('抽查 says how the month was drawn, or when the first draw will be', async ({ page }) => {
  await login(page, people.office)
  await go(page, '抽查')
  await expect(page.getByText(/还没有抽查名单|怎样抽取/)).toBeVisible()
})
