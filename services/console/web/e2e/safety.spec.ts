import { expect, type Browser, type Page } from '@playwright/test'
import { go, login, onPhone, people, test } from './console.ts'

const as = async (browser: Browser, page: Page, who: string) => {
  const other = await (await browser.newContext({ baseURL: new URL(page.url()).origin, viewport: page.viewportSize() })).newPage()
  await login(other, who)
  return other
}

test('a till was silent for three days: the gaps are named, the manager declares them, the runs go on (RUL-07)', async ({ page, browser }) => {
  test.slow()
  await login(page, people.manager)
  await expect(page.getByRole('region', { name: '归属任务在等的门店' })).toContainText('友谊店')
  await go(page, '营业日')
  const lacking = page.locator('.waits li').filter({ hasText: '不完整' })
  await expect(lacking.first()).toContainText(/收银系统 pos/)
  const days = await lacking.count()
  expect(days).toBeGreaterThan(0)

  const declare = async () => {
    await lacking.first().getByRole('button', { name: '确认完整' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '确认完整' }).click()
    await expect(dialog.getByText('请写明原因')).toBeVisible()
    await dialog.getByLabel('原因').fill('收银系统检修，小票已逐张核对')
    await dialog.getByRole('button', { name: '确认完整' }).click()
    await expect(dialog).toHaveCount(0)
  }
  await declare()
  await expect(lacking).toHaveCount(days - 1)
  await expect(page.getByText('收银系统检修，小票已逐张核对').first()).toBeVisible()
  if (onPhone(page)) return // the other days are the PC's

  for (let left = days - 1; left > 0; left--) {
    await declare()
    await expect(lacking).toHaveCount(left - 1)
  }
  await expect(page.getByText('营业日都完整')).toBeVisible()
  const office = await as(browser, page, people.office)
  await expect(async () => {
    await office.goto('/runs')
    await expect(office.getByRole('heading', { level: 1, name: '任务' })).toBeVisible()
    await expect(office.getByRole('region', { name: '归属任务在等的门店' }).filter({ hasText: '友谊店' })).toHaveCount(0, { timeout: 2000 })
  }).toPass()
  await office.context().close()
})

test('a run would release too many guests of a store: head office reads the list and decides (RUL-08)', async ({ page }) => {
  await login(page, people.office)
  await go(page, '任务')
  const brakes = page.getByRole('region', { name: '停下的任务（刹车）' })
  const braked = brakes.getByRole('listitem').filter({ hasText: '钟楼店' }).first()
  await expect(braked).toContainText(/要转出 \d+ 位/)
  if (onPhone(page)) {
    await braked.getByRole('button', { name: '看名单，处理' }).click()
    await expect(page.getByRole('dialog').locator('.preview li').first()).toContainText('LIF-05')
    return // the decision is made once, on the PC
  }
  await braked.getByRole('button', { name: '看名单，处理' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.locator('.preview li')).toHaveCount(6)
  await dialog.getByRole('button', { name: '放行' }).click()
  await expect(dialog.getByText('请写明原因')).toBeVisible()
  await dialog.getByLabel('原因').fill('任建军已离职，客户由门店重新安排')
  await dialog.getByRole('button', { name: '放行' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(braked).toContainText('已放行')
  await expect(braked).toContainText('任建军已离职')
  await expect(async () => {
    await page.goto('/runs')
    await expect(page.locator('a.run').filter({ hasText: 'LIF-05' }).first()).toContainText(/6/, { timeout: 2000 })
  }).toPass()
})

test('before a store goes live its page shows what the rules would do (RUL-06)', async ({ page }) => {
  await login(page, people.admin)
  await go(page, '门店')
  await page.getByRole('button', { name: '新建门店' }).click()
  const dialog = page.getByRole('dialog')
  const code = `L${Date.now().toString(36)}`
  await dialog.getByLabel('名称').fill(`待上线店 ${code}`)
  await dialog.getByLabel('代码').fill(code)
  await dialog.getByRole('button', { name: '建立门店' }).click()
  await page.getByRole('link', { name: '上线', exact: true }).click()
  await expect(page.getByText('未上线：规则只预览')).toBeVisible()
  await expect(page.getByText('不会转出或认养任何客户')).toBeVisible()
  await page.getByRole('button', { name: '设为上线日' }).click()
  await expect(page.getByText(/上线$/).first()).toBeVisible()
  await page.getByRole('button', { name: '撤回上线日' }).click()
  await expect(page.getByText('未上线：规则只预览')).toBeVisible()
})
