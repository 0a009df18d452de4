import { expect } from '@playwright/test'
import { dayAfter } from './booking.ts'
import { onPhone, test } from './console.ts'
import { makePen } from './pen.ts'

test('a store merges: planned by one, approved by another, carried out on its day with guests and bookings (HND-08)', async ({ page }) => {
  test.slow()
  const pen = makePen()
  await pen.as(page, 'H001')
  const { stores } = await pen.call(page, 'tenant.v1.TenantService/ListStores', {})
  await pen.as(page, 'E104')
  const from = stores.find((s: { name: string }) => s.name === '友谊店').id
  const { businessDate: day } = await pen.call(page, 'visit.v1.BookingService/ListBookings', { storeId: from })
  const { resources } = await pen.call(page, 'visit.v1.BookingService/ListResources', { storeId: from })
  const room = resources.find((r: { name: string }) => r.name === '牡丹厅').id
  for (const [days, guests] of [[2, 8], [3, 10]] as const) {
    await pen.call(page, 'visit.v1.BookingService/CreateBooking', { storeId: from, requestId: crypto.randomUUID(), number: '13900001234', guestName: '陆建国', businessDate: dayAfter(day, days), mealPeriod: 'MEAL_PERIOD_DINNER', kind: 'BOOKING_KIND_ROOM', resourceId: room, guests })
  }

  await pen.as(page, 'H001', '/store-moves/new')
  await page.getByLabel('要关的门店').selectOption({ label: '友谊店' })
  await page.getByLabel('转到哪家门店').selectOption({ label: '高新店' })
  await page.getByLabel('从哪天起关').fill(dayAfter(day, 1))
  const bookings = page.getByRole('list', { name: '以后的预定' })
  await expect(bookings.getByRole('listitem')).toHaveCount(2)
  await expect(bookings.getByText('牡丹厅 → 兰亭')).toHaveCount(2)
  await expect(bookings.getByText('陆*'), 'names stay masked').toHaveCount(2)
  await expect(page.getByText('没有拦住的事，可以批准。')).toBeVisible()
  await page.getByLabel('原因').fill('租约到期')
  await page.getByRole('button', { name: '提交，等同事批准' }).click()
  await expect(page).toHaveURL(/\/store-moves\/[0-9a-f]{8}-/)
  const url = new URL(page.url()).pathname
  await expect(page.getByText('由总部另一位同事批准。')).toBeVisible()

  await pen.as(page, 'H002', url)
  await page.getByRole('button', { name: '批准', exact: true }).click()
  const sure = page.getByRole('dialog')
  await expect(sure.getByText('2 个以后的预定当天一起转过去，并短信告诉客人。')).toBeVisible()
  await sure.getByRole('button', { name: '批准', exact: true }).click()
  await expect(page.getByText('已批准，等到日子').first()).toBeVisible()

  // To the day after: until five in the morning a day's runs are still to come.
  await pen.move(page, 2)

  await pen.as(page, 'H002', url)
  await expect(page.getByText('已办完').first()).toBeVisible()
  const progress = page.getByRole('region', { name: '进度' })
  await expect(progress.getByText(/7 \/ 7 份档案/)).toBeVisible()
  await expect(progress.getByText('4 位客户仍由原推荐人维系')).toBeVisible()
  await expect(progress.getByText('1 位客人以转去的店那份档案为准'), 'a guest of both stores').toBeVisible()
  await expect(progress.getByText('2 个以后的预定转了过去')).toBeVisible()

  // The guest's page says where he is now, and why; his referrer went along.
  const to = stores.find((s: { name: string }) => s.name === '高新店').id
  const { customers } = await pen.call(page, 'customer.v1.CustomerService/ListCustomers', { storeId: to })
  expect(customers).toHaveLength(8)
  const moved = customers.find((c: { ownerName: string }) => c.ownerName === '郭娜')
  await page.goto(`/customers/${moved.id}?tab=ownership`)
  await expect(page.getByText(/友谊店合并，.+起在高新店仍由郭娜维系，时间接着算。/).first()).toBeVisible()
  await page.goto(`/bookings?store=${to}&date=${dayAfter(day, 2)}`)
  await expect(page.locator('main').getByText('兰亭').filter({ visible: true }).first()).toBeVisible()

  // The store is closed in the list of stores, and takes no guest any more.
  await pen.as(page, 'A001', '/stores')
  const row = onPhone(page) ? page.getByRole('listitem').filter({ hasText: '友谊店' }) : page.getByRole('row').filter({ hasText: '友谊店' })
  await expect(row.first().getByText('已闭店')).toBeVisible()
})
