import { expect, type Page } from '@playwright/test'
import { dayAfter } from './booking.ts'
import { choosePerson, go, login, onPhone, people, test } from './console.ts'
import { makePen } from './pen.ts'

const proposed = (page: Page, text: string) => page.getByRole('list', { name: '建议更正' }).locator('> li').filter({ hasText: text })

test('a late bill: what it changes is proposed, and the manager gives the guest back from today on (RUL-09)', async ({ page }) => {
  test.setTimeout(300_000)
  const pen = makePen()
  const today = await pen.today(page)
  await pen.move(page, 25) // 李文静 has not come for three months
  await pen.bill(page, 'P1', dayAfter(today, 19), { number: '13800000102' })
  await pen.move(page, 1)

  await pen.as(page, 'H001')
  await expect(page.getByRole('link', { name: /归属更正等您确认/ })).toBeVisible()
  await pen.as(page, 'E102')
  await page.getByRole('link', { name: /归属更正等您确认/ }).click()
  const card = proposed(page, '李').filter({ hasText: '恢复维系关系' })
  await expect(card.getByRole('list', { name: '起因' })).toContainText(/补到.*的消费/)
  await expect(card).toContainText('LIF-03')
  await expect(card).toContainText('应仍由郭娜维系')
  await card.getByRole('button').first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: '确认更正' }).click()
  await expect(dialog.getByText('请写明理由，至少两个字。')).toBeVisible()
  await dialog.getByLabel(/理由/).fill('补录的小票已核对')
  await dialog.getByRole('button', { name: '确认更正' }).click()
  await expect(dialog).toHaveCount(0)
  await page.getByText('全部', { exact: true }).click()
  const settled = proposed(page, '李文静').filter({ hasText: '已更正' })
  await expect(settled).toContainText('补录的小票已核对')
  await settled.getByRole('link').first().click()
  await expect(page.getByTestId('why').filter({ hasText: 'RUL-09' }).first()).toBeVisible()
})

test('a booker corrected when the month is closed: the manager and head office may, and the guest is proposed back (VIS-13, RUL-09)', async ({ page }) => {
  test.setTimeout(300_000)
  const pen = makePen()
  const today = await pen.today(page)
  const nextMonth = new Date(Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)), 2))
  await pen.move(page, (nextMonth.getTime() - Date.parse(today)) / 86_400_000) // 王建国, whom 陈晨 received, has become public

  await pen.as(page, 'H001')
  const { stores } = await pen.call(page, 'tenant.v1.TenantService/ListStores', {})
  const store = stores.find((s: { code: string }) => s.code === 'S01').id
  const sheet = page.getByRole('dialog', { name: '预定详情' })
  for (const [who, name, at] of [['E102', '张娟', 0], ['H001', '许文静', 1]] as const) {
    await pen.as(page, who, `/bookings?store=${store}&date=${today}&view=list`)
    await page.locator('.booking').filter({ hasText: '0103' }).nth(at).getByRole('button').first().click()
    await expect(sheet.getByRole('button', { name: '入座' })).toHaveCount(0)
    await sheet.getByRole('button', { name: '更正订单人' }).click()
    await expect(sheet).toContainText('这个营业日已经结束')
    await choosePerson(sheet.getByLabel('实际的订单人'), 'gn')
    await expect(sheet.getByLabel('实际的订单人')).toHaveValue('郭娜 · E104 · 客服代表')
    await sheet.getByLabel('更正原因').fill('前台登记错了')
    await sheet.getByRole('button', { name: '更正', exact: true }).click()
    await expect(sheet).toContainText(`原登记 陈晨，由 ${name} 更正：前台登记错了`)
    await expect(sheet).toContainText('计入郭娜')
  }

  await pen.move(page, 1)
  await pen.as(page, 'E102', '/corrections')
  const card = proposed(page, '王')
  await expect(card).toContainText('LIF-04')
  await expect(card).toContainText('应仍由郭娜维系')
  await expect(card.getByRole('button').first()).toBeVisible() // proposed, for a person to confirm
})

test('a rule is tried on the last months before it takes effect: progress, people, guests, a table (RUL-04)', async ({ page }) => {
  test.slow()
  await login(page, people.admin)
  await go(page, '规则')
  await page.getByRole('button', { name: /调整规则|继续草稿/ }).click()
  await page.getByLabel('未消费期限', { exact: true }).fill(onPhone(page) ? '1' : '2')
  await page.getByRole('button', { name: '保存草稿' }).click()
  await expect(page.getByText(/改于/)).toBeVisible()
  try {
    await go(page, '规则试算')
    await expect(page.getByText(/草稿里有 \d+ 处改动/)).toBeVisible()
    await page.getByLabel('试算最近').selectOption('3')
    await page.getByRole('button', { name: '开始试算' }).click()
    await expect(page).toHaveURL(/\/trials\/[0-9a-f-]{36}/)
    await expect(page.getByText('已完成')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('未消费期限').first()).toBeVisible()
    await expect(page.getByText('仅试算发生').first()).toBeVisible()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '导出表格' }).click()
    expect((await download).suggestedFilename()).toMatch(/\.xlsx$/)
    await go(page, '规则试算')
    await expect(page.getByRole('list', { name: '规则试算' }).getByText('已完成').first()).toBeVisible()
  } finally {
    // The draft goes, so that nothing of it is published by the way.
    await go(page, '规则')
    await page.getByRole('button', { name: /调整规则|继续草稿/ }).click()
    await page.getByRole('button', { name: '放弃草稿' }).click()
    await page.getByRole('tooltip').getByRole('button', { name: '放弃草稿' }).click()
    await expect(page.getByRole('button', { name: '放弃草稿' })).toHaveCount(0)
  }
})

test('the running month can be looked at any time (LIF-04, LIF-07)', async ({ page }) => {
  await login(page, people.manager)
  await go(page, '月结预览')
  await expect(page.getByText(/如果.*今天结束/)).toBeVisible()
  await expect(page.getByText('目前没有会变动的客户').or(page.getByText(/会转为公共客户：|会请人认养：|接待次数并列：/).first())).toBeVisible()
})
