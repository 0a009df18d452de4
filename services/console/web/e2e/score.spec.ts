import { expect } from '@playwright/test'
import { go, login, onPhone, people, rows, test } from './console.ts'
import { makePen } from './pen.ts'

test('my score: what was to be reached, and the guests, visits and losses behind each number', async ({ page }) => {
  await login(page, people.rep)
  await go(page, '我的成绩')
  const tiles = page.getByRole('navigation', { name: '考核项目' })
  await expect(tiles.getByRole('link', { name: /客户数/ })).toBeVisible()
  await expect(page.getByText('实时')).toBeVisible()

  // A month that is over is scored and does not change any more.
  const month = page.getByRole('combobox', { name: '月份' })
  await month.selectOption({ index: 2 })
  await expect(page).toHaveURL(/month=/)
  await expect(page.getByText('定稿', { exact: true })).toBeVisible()

  // As many visits as the tile says.
  const visits = tiles.getByRole('link', { name: /频次/ })
  const counted = Number(await visits.locator('b').first().textContent())
  await visits.click()
  await expect(page).toHaveURL(/item=visits/)
  await expect(page.getByRole('heading', { name: '频次' })).toBeVisible()
  if (counted > 0 && counted <= 50) await expect(rows(page)).toHaveCount(counted)

  await tiles.getByRole('link', { name: /损失与补充/ }).click()
  await expect(page.getByRole('heading', { name: '损失与补充' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: '损失与补充' })).toBeVisible()
})

test('the team: a month, a post, and each person’s statement; a waiter has no such page', async ({ page, browser }) => {
  await login(page, people.manager)
  await go(page, '团队成绩')
  // Each list after the other: what the page shows last is of both.
  const month = page.getByRole('combobox', { name: '月份' })
  const [before = ''] = await month.selectOption({ index: 1 })
  await expect(page).toHaveURL(/month=/)
  await expect(month).toHaveValue(before)
  const post = page.getByRole('combobox', { name: '岗位' })
  await post.selectOption('客服代表')
  await expect(page).toHaveURL(/month=.*post=/)
  await expect(post).toHaveValue('客服代表')
  await expect(rows(page).first()).toContainText('客服代表')
  const first = rows(page).first()
  const name = ((await first.locator(onPhone(page) ? 'b' : 'a').first().textContent()) ?? '').replace(/ .*/, '')
  await first.getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${name}的成绩`)
  await expect(page.getByRole('navigation', { name: '考核项目' })).toBeVisible()
  await page.getByRole('link', { name: '团队成绩' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: '团队成绩' })).toBeVisible()

  const waiter = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(waiter, people.rep)
  if (onPhone(page)) await waiter.getByRole('button', { name: '更多' }).click()
  await expect(waiter.getByRole('link', { name: '我的成绩' })).toBeVisible()
  await expect(waiter.getByRole('link', { name: '团队成绩' })).toHaveCount(0)
  await waiter.context().close()
})

test('what is learned when a month’s scores are final corrects them in the next, and says why (QTA-04)', async ({ page }) => {
  test.setTimeout(300_000)
  const pen = makePen()
  const today = await pen.today(page)
  const sixth = (months: number) => Date.UTC(Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1 + months, 6)
  await pen.move(page, (sixth(1) - Date.parse(today)) / 86_400_000)
  await pen.as(page, 'E102')
  const { stores } = await pen.call(page, 'tenant.v1.TenantService/ListStores', {})
  const storeId = stores.find((s: { code: string }) => s.code === 'S01').id
  const { people: staff } = await pen.call(page, 'staff.v1.StaffService/ListPeople', { storeId })
  const { bookings } = await pen.call(page, 'visit.v1.BookingService/ListBookings', { storeId, businessDate: today })
  const bookerId = staff.find((p: { staffNo: string }) => p.staffNo === 'E104').id
  await pen.call(page, 'visit.v1.BookingService/CorrectBookerLate', { id: bookings.find((b: { bookerName: string }) => b.bookerName === '陈晨').id, bookerId, reason: '前台登记错了' })
  await pen.move(page, (sixth(2) - sixth(1)) / 86_400_000)

  const month = new Date(sixth(1)).toISOString().slice(0, 7)
  const corrected = page.locator('.card').filter({ has: page.getByRole('heading', { name: '对以前月份的更正' }) })
  await pen.as(page, 'E104', `/my-score?month=${month}`)
  await expect(corrected).toContainText('+1')
  await expect(corrected.getByRole('list', { name: '起因' })).toContainText(/更正.*的接待：记在郭娜名下/)
  await pen.as(page, 'E102', `/scores?month=${month}`)
  const line = rows(page).filter({ hasText: '陈晨' })
  await expect(line).toContainText('更正以前月份 1 项')
  await expect(line).toContainText('频次 −1')
  await line.getByRole('link').first().click()
  await page.getByRole('link', { name: '看更正 1 项' }).click()
  await expect(corrected).toContainText('−1')
  await expect(corrected.getByRole('list', { name: '起因' })).toContainText(/更正.*的接待：记在郭娜名下/)
})
