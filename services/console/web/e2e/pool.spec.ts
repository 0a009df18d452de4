import { expect, type Page } from '@playwright/test'
import { go, login, loginAnew, people, test } from './console.ts'

const guests = (page: Page) => page.getByRole('list', { name: '公共客户' }).locator('> li')

test('the pool: masked for everybody, filtered in the address, empty where nothing fits', async ({ page }) => {
  await login(page, people.rep)
  await go(page, '公共客户')
  const first = guests(page).first()
  await expect(first).toContainText(/^.\*/)
  await expect(first).toContainText(/1\d{2}\*{4}\d{4}/)
  await expect(first).toContainText(/LIF-0\d 规则第 \d+ 版/)
  await expect(page.getByText(/1\d{10}/)).toHaveCount(0)
  await expect(page.getByRole('button', { name: '指派' })).toHaveCount(0)

  await page.getByRole('combobox', { name: '转为公共的原因' }).selectOption('LIF-03')
  await expect(page.getByRole('combobox', { name: '转为公共的原因' })).toHaveValue('LIF-03')
  const open = page.getByRole('link', { name: '认领中' })
  await open.click()
  await expect(page).toHaveURL(/why=LIF-03&take=open/)
  await expect(open).toHaveAttribute('aria-current', 'page')
  await page.getByRole('combobox', { name: '消费次数' }).selectOption('12')
  await expect(page.getByText('没有符合条件的公共客户').or(guests(page).first())).toBeVisible()
  await page.reload()
  await expect(page.getByRole('combobox', { name: '转为公共的原因' })).toHaveValue('LIF-03')
})

test('a manager opens a public guest, sees why and when he came; who may not open him has no link', async ({ page }) => {
  await login(page, people.manager, '/pool')
  await guests(page).first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/)
  await expect(page.getByRole('link', { name: '看依据和经过' })).toBeVisible()
  await expect(page.getByRole('link', { name: '消费', exact: true })).toBeVisible()
  await loginAnew(page, people.rep, '/pool?take=free')
  await expect(guests(page).first()).toBeVisible()
  await expect(guests(page).getByRole('link')).toHaveCount(0)
})

test('a guest is claimed and given up; a manager assigns another, who is taken on, checked, submitted and approved (LIF-08, LIF-09, LIF-12)', async ({ page, browser }) => {
  test.slow()
  await login(page, people.rep, '/pool?take=free&why=LIF-04')
  const free = guests(page).filter({ has: page.getByRole('button', { name: '认领' }) })
  const number = /1\d{2}\*{4}\d{4}/
  const [claimed = ''] = number.exec((await free.nth(0).textContent()) ?? '') ?? []
  const card = guests(page).filter({ hasText: claimed }).first()
  await card.getByRole('button', { name: '认领' }).click()
  await page.getByRole('tooltip').getByRole('button', { name: '认领，核对档案' }).click()
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}\/edit/)

  // It is his to check: whole to him now, still masked to a colleague, and nobody else can take it.
  const boss = await (await browser.newContext({ baseURL: new URL(page.url()).origin, viewport: page.viewportSize() })).newPage()
  await login(boss, people.manager, '/pool?why=LIF-04')
  const held = guests(boss).filter({ hasText: claimed }).filter({ hasText: '正在核对档案' })
  await expect(held).toContainText('正在核对档案')
  await expect(held.getByRole('button', { name: '指派' })).toHaveCount(0)

  await page.goto('/offers')
  const mine = page.getByRole('list', { name: '等您接收的客户' }).locator('> li')
  const own = mine.filter({ hasText: '认领' })
  await expect(own.first()).toBeVisible()
  const before = await own.count()
  await own.first().getByRole('button', { name: '不接收' }).click()
  await page.getByRole('tooltip').getByRole('button', { name: '不接收' }).click()
  await expect(own).toHaveCount(before - 1)

  // The manager compares who has room, and assigns.
  await boss.goto('/pool?take=free&why=LIF-04')
  // Not a guest whom the manager put on file: that one is another's to review (ROL-04).
  const next = guests(boss).filter({ hasNotText: '张娟娜' }).nth(1)
  const [given = ''] = number.exec((await next.textContent()) ?? '') ?? []
  await next.getByRole('button', { name: '指派' }).click()
  const dialog = boss.getByRole('dialog')
  await dialog.getByRole('button', { name: '指派', exact: true }).click()
  await expect(dialog.getByText('请选择一位员工。')).toBeVisible()
  await expect(dialog.getByText(/客户 \d+ \/ \d+/).first()).toBeVisible()
  await dialog.locator('label.assignee').filter({ hasText: people.rep }).click()
  await dialog.getByRole('button', { name: '指派', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await expect(guests(boss).filter({ hasText: given })).toHaveCount(0)

  // The waiter confirms, checks, submits; the manager approves, and the guest is his.
  await page.reload()
  const offered = mine.filter({ hasText: '指派' }).filter({ has: page.getByRole('button', { name: '确认，核对档案' }) })
  await offered.last().getByRole('button', { name: '确认，核对档案' }).click()
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}\/edit/)
  const file = new URL(page.url()).pathname.replace('/edit', '')
  await page.getByLabel('口味与座位').fill('喜欢靠窗的卡座')
  const name = (await page.getByRole('heading', { level: 1 }).textContent()) ?? ''
  await page.getByRole('button', { name: '提交审核' }).click()
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/)
  await expect(page.getByText('待审核').first()).toBeVisible()

  const opened = async () => {
    await boss.goto('/reviews')
    await boss.getByRole('list', { name: '待审核' }).getByRole('button', { name: new RegExp(name) }).first().click()
  }
  await opened()
  const sheet = boss.getByRole('region', { name: new RegExp(name) })
  await sheet.getByRole('button', { name: /口味与座位/ }).click()
  await sheet.getByRole('textbox', { name: /口味与座位/ }).fill('请问清楚是几楼')
  await sheet.getByRole('button', { name: '退回所标各项' }).click()
  await expect(sheet).toHaveCount(0)

  // Sent back, it is his to mend.
  await page.goto('/offers')
  await mine.filter({ hasText: name }).filter({ hasText: '已退回，待修改' }).getByRole('button', { name: '去修改并提交' }).click()
  await page.getByLabel('口味与座位').fill('喜欢二楼靠窗的卡座')
  await page.getByRole('button', { name: '提交审核' }).click()
  await expect(page.getByText('待审核').first()).toBeVisible()
  await opened()
  await sheet.getByRole('button', { name: '通过' }).click()
  await expect(sheet).toHaveCount(0)

  await page.goto(`${file}?tab=ownership`)
  await expect(page.getByTestId('standing')).toContainText(/天/)
  await boss.context().close()
})
