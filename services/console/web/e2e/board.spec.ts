import { expect, type Locator, type Page } from '@playwright/test'
import { book, dayAfter, here } from './booking.ts'
import { call, choosePerson, go, login, loginAnew, onPhone, people, test } from './console.ts'

/** The places a test may take: one for each project, so that none is in another's way. */
const mine = (page: Page) => (onPhone(page) ? { room: '竹里馆', other: '牡丹厅', number: '13755560002', guest: '上官云清' } : { room: '兰亭', other: '听雨轩', number: '13755560001', guest: '欧阳明远' })

/** Shows a meal of the day: on the phone one at a time. */
async function meal(page: Page, name: string) {
  if (onPhone(page)) await page.getByRole('navigation', { name: '餐段' }).getByRole('link', { name }).click()
}

const slot = (page: Page, guest: string): Locator => page.locator('.slot.taken').filter({ hasText: guest })

/** Takes a free place of tonight's supper for a guest. */
async function take(page: Page, place: string, number: string, guest: string) {
  await meal(page, '夜宵')
  await page.getByRole('button', { name: `${place} 夜宵 空，预定` }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('客人手机号').fill(number)
  await form.getByLabel('称呼').fill(guest)
  await form.getByLabel('人数').fill('6')
  await form.getByLabel('预计到店').fill('2130')
  await form.getByRole('button', { name: '登记预定' }).click()
  await expect(form).toBeHidden()
}

test('a free room is taken with a tap, moved, seated and finished, and says whom it is credited to and why', async ({ page }) => {
  const { room, other, number, guest } = mine(page)
  await login(page, people.manager)
  await go(page, '预定')
  await take(page, room, number, guest)
  await expect(slot(page, guest)).toContainText('21:30')
  await expect(slot(page, guest)).toContainText('已确认')

  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight)) // from wherever on the page
  await slot(page, guest).evaluate((button: HTMLElement) => button.click())
  const sheet = page.getByRole('dialog', { name: '预定详情' })
  await expect(sheet.getByRole('button', { name: '关闭' })).toBeInViewport()
  await expect(sheet).toContainText('离席后计入张娟娜，因为通知已发送')
  await expect(sheet.getByRole('listitem')).toContainText('张娟娜 发短信')
  await sheet.getByRole('button', { name: '改期 / 换台' }).click()
  await sheet.getByLabel('换到').selectOption({ label: `${other} · ${onPhone(page) ? 12 : 8} 座` })
  await sheet.getByRole('button', { name: '换过去' }).click()
  await expect(sheet).toContainText(`包间 · ${other}`)
  await sheet.getByRole('button', { name: '通知', exact: true }).click()
  await sheet.getByRole('button', { name: '再发一次' }).click()
  await expect(sheet.getByRole('listitem')).toHaveCount(2)
  await sheet.getByRole('button', { name: '入座' }).click()
  await sheet.getByRole('button', { name: '离席' }).click()
  await sheet.getByRole('button', { name: '确认离席' }).click()
  await expect(sheet).not.toContainText('离席后')
  await expect(sheet).toContainText('计入张娟娜，因为通知已发送')
  await sheet.getByRole('button', { name: '关闭' }).click()
  await expect(slot(page, guest)).toContainText('已离席')
})

test('what was only asked for is confirmed, corrected by the manager and called off with a reason of the chain', async ({ page }) => {
  const { number } = mine(page)
  const guest = onPhone(page) ? '诸葛青' : '慕容白'
  await login(page, people.rep)
  await page.goto('/bookings?new=1')
  const form = page.getByRole('dialog')
  await form.getByLabel('客人手机号').fill(number)
  await form.getByLabel('称呼').fill(guest)
  await form.getByRole('radio', { name: '夜宵' }).check()
  await form.getByRole('checkbox', { name: /先登记，待确认/ }).check()
  await expect(form.getByText('发预定通知短信')).toBeHidden()
  await form.getByRole('button', { name: '登记预定' }).click()
  await expect(form).toBeHidden()
  await meal(page, '夜宵')
  await slot(page, guest).click()
  const sheet = page.getByRole('dialog', { name: '预定详情' })
  await expect(sheet).toContainText('待确认')
  await expect(sheet.getByRole('button', { name: '更正订单人' })).toBeHidden()
  await sheet.getByRole('button', { name: '确认', exact: true }).click()
  await expect(sheet).toContainText('已确认')
  const address = page.url()

  await loginAnew(page, people.manager, new URL(address).pathname + new URL(address).search)
  await expect(sheet).toContainText(guest)
  await sheet.getByRole('button', { name: '更正订单人' }).click()
  await choosePerson(sheet.getByLabel('实际的订单人'))
  await sheet.getByLabel('更正原因').fill('前台登记错了')
  await sheet.getByRole('button', { name: '更正', exact: true }).click()
  await expect(sheet).toContainText('由 张娟娜 更正：前台登记错了')
  await sheet.getByRole('button', { name: '取消', exact: true }).click()
  await sheet.getByRole('radio', { name: '客人改期' }).check()
  await sheet.getByRole('button', { name: '取消这个预定' }).click()
  await expect(sheet).toContainText('不计入任何人，因为预定已取消')
  await sheet.getByRole('button', { name: '关闭' }).click()
  await expect(slot(page, guest)).toBeHidden()
})

test('the board can be walked with the keyboard', async ({ page }) => {
  await login(page, people.manager)
  await go(page, '预定')
  if (onPhone(page)) return // a list: the Tab key goes through it
  const first = page.getByRole('table').locator('tbody tr:not(.group) td button').first()
  await first.focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('td button:focus')).toHaveCount(1)
  await page.keyboard.press('ArrowUp')
  await expect(first).toBeFocused()
})

test('the sheet for the talk before the shift', async ({ page }) => {
  await login(page, people.manager)
  // Tomorrow's: at every hour of today a dinner can still be booked for it.
  const { storeId, today } = await here(page.request)
  const tomorrow = dayAfter(today, 1)
  const { resources } = await (await call(page.request, 'visit.v1.BookingService/ListResources', { storeId })).json()
  const { id: resourceId } = resources.find((r: { name: string }) => r.name === '牡丹厅')
  await book(page.request, { storeId, number: mine(page).number, guestName: '上官晚', businessDate: tomorrow, mealPeriod: 'MEAL_PERIOD_DINNER', kind: 'BOOKING_KIND_ROOM', resourceId })
  await page.goto(`/bookings?date=${tomorrow}`)
  await page.getByRole('button', { name: '班前单' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '班前单' })).toBeVisible() // the phone's board has a 晚市 of its own
  await page.getByRole('link', { name: '晚市' }).click()
  await expect(page.getByRole('row').filter({ hasText: '牡丹厅' })).toContainText('上官晚')
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('button', { name: '打印' })).toBeHidden()
  await expect(page.getByText('用后请收回销毁')).toBeVisible()
})

test('eight tabs over HTTP/1.1 read one stream, and all of them see a change', async ({ page, context }) => {
  const streams: { open: number; begun: number } = { open: 0, begun: 0 }
  context.on('request', (r) => { if (r.url().endsWith('WatchService/Watch')) { streams.open++; streams.begun++ } })
  const ended = (r: { url(): string }) => { if (r.url().endsWith('WatchService/Watch')) streams.open-- }
  context.on('requestfailed', ended)
  context.on('requestfinished', ended)
  await login(page, people.manager)
  const tabs = [page]
  while (tabs.length < 8) tabs.push(await context.newPage())
  for (const tab of tabs) {
    await tab.bringToFront()
    await tab.goto('/bookings')
    await meal(tab, '夜宵')
    await expect(tab.getByText('实时更新')).toBeVisible()
  }
  await expect.poll(() => streams.open).toBe(1)
  const guest = onPhone(page) ? '司空见' : '令狐安'
  await tabs[7]!.getByRole('button', { name: '新预定' }).click()
  const form = tabs[7]!.getByRole('dialog')
  await form.getByLabel('客人手机号').fill(mine(page).number)
  await form.getByLabel('称呼').fill(guest)
  await form.getByRole('radio', { name: '夜宵' }).check()
  await form.getByRole('button', { name: '登记预定' }).click()
  for (const tab of tabs) await expect(slot(tab, guest)).toBeVisible()

  const before = streams.begun
  await tabs[0]!.goto('/login') // whoever read the stream has gone: the next one goes on
  await slot(tabs[7]!, guest).click()
  const sheet = tabs[7]!.getByRole('dialog', { name: '预定详情' })
  await sheet.getByRole('button', { name: '未到' }).click()
  await sheet.getByRole('radio', { name: '联系不上客人' }).check()
  await sheet.getByRole('button', { name: '记为未到' }).click()
  for (const tab of tabs.slice(1)) await expect(slot(tab, guest)).toBeHidden()
  await expect.poll(() => streams.begun).toBeGreaterThan(before)
  await expect.poll(() => streams.open).toBe(1)
})
