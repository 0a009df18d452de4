import { expect } from '@playwright/test'
import { dayAfter } from './booking.ts'
import { go, login, people, test } from './console.ts'
import { makePen } from './pen.ts'

test('a till was silent for three days: the gaps are named, the manager declares them, the runs go on (RUL-07)', async ({ page }) => {
  test.slow()
  const pen = makePen()
  const today = await pen.today(page)
  await pen.bill(page, '1', today)
  await pen.vendor(page, 'PosService/ReportDayTotals', { totals: [{ storeCode: 'S01', source: 'pos', businessDate: today, billCount: 1, amountFen: '31800' }] })
  await pen.move(page, 4, true)
  await pen.as(page, 'E102')
  await expect(page.getByRole('region', { name: '归属任务在等的门店' })).toContainText('友谊店')
  await go(page, '营业日')
  const lacking = page.locator('.waits li').filter({ hasText: '不完整' })
  await expect(lacking).toHaveCount(3)
  await expect(lacking.first()).toContainText(/收银系统 pos/)

  for (let left = 3; left > 0; left--) {
    await expect(lacking).toHaveCount(left)
    await lacking.first().getByRole('button', { name: '确认完整' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '确认完整' }).click()
    await expect(dialog.getByText('请写明原因')).toBeVisible()
    await dialog.getByLabel('原因').fill('收银系统检修，小票已逐张核对')
    await dialog.getByRole('button', { name: '确认完整' }).click()
    await expect(dialog).toHaveCount(0)
  }
  await expect(page.getByText('营业日都完整')).toBeVisible()
  await expect(page.getByText('收银系统检修，小票已逐张核对')).toHaveCount(3)
  await pen.as(page, 'H001')
  await expect(async () => {
    await page.goto('/runs')
    await expect(page.getByRole('heading', { level: 1, name: '任务' })).toBeVisible()
    await expect(page.getByRole('region', { name: '归属任务在等的门店' }).filter({ hasText: '友谊店' })).toHaveCount(0, { timeout: 2000 })
  }).toPass()
})

test('a run would release too many guests of a store: head office reads the list and decides (RUL-08)', async ({ page }) => {
  test.slow()
  const pen = makePen()
  const today = await pen.today(page)
  await pen.as(page, 'A001')
  // A sandbox begins without a brake; this one gets that of every chain.
  await pen.call(page, 'tenant.v1.TenantService/PublishRuleSet', { baseVersion: 1, effectiveDate: dayAfter(today, 1), values: {} })
  const found = await pen.call(page, 'staff.v1.StaffService/ListPeople', { query: 'E104' })
  await pen.call(page, 'staff.v1.StaffService/RecordLeaving', { personId: found.people[0].id, leftDate: today, reason: '回老家' })
  await pen.move(page, 8)

  await pen.as(page, 'H001')
  await go(page, '任务')
  const braked = page.getByRole('region', { name: '停下的任务（刹车）' }).getByRole('listitem').filter({ hasText: '推荐人离岗转公共' })
  await expect(braked).toContainText('友谊店')
  await expect(braked).toContainText('要转出 5 位')
  await braked.getByRole('button', { name: '看名单，处理' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.locator('.preview li')).toHaveCount(5)
  await expect(dialog.locator('.preview li').first()).toContainText('LIF-05')
  await dialog.getByRole('button', { name: '放行' }).click()
  await expect(dialog.getByText('请写明原因')).toBeVisible()
  await dialog.getByLabel('原因').fill('郭娜已离职，客户由门店重新安排')
  await dialog.getByRole('button', { name: '放行' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(braked).toContainText('已放行')
  await expect(braked).toContainText('郭娜已离职')
  await expect(async () => {
    await page.goto('/runs')
    await expect(page.locator('a.run').filter({ hasText: 'LIF-05' }).first()).toContainText(/5/, { timeout: 2000 })
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
  await expect(page.getByText(/^(\d+年)?\d+月\d+日 周.上线$/)).toBeVisible()
  await page.getByRole('button', { name: '撤回上线日' }).click()
  await expect(page.getByText('未上线：规则只预览')).toBeVisible()
})
