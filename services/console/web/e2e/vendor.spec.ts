import { expect } from '@playwright/test'
import { book, dayAfter, here } from './booking.ts'
import { call, enter, go, login, onPhone, people, rows, test } from './console.ts'
import { operatorLogin } from './operator.ts'
import { receive, signed } from './receiver.ts'

test('a webhook reaches its receiver signed, stands in the log, and is sent once more by hand', async ({ page, browser }) => {
  const receiver = await receive()
  const label = `收到的推送 ${Date.now()}`
  await login(page, people.admin)
  await go(page, '接口推送')
  await page.getByRole('button', { name: '新推送地址' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用途').fill(label)
  await dialog.getByLabel('推送地址').fill(receiver.url)
  await dialog.getByRole('checkbox', { name: '预定有变化' }).check()
  await dialog.getByRole('button', { name: '创建' }).click()
  const secret = (await dialog.locator('output.secret').textContent()) ?? ''
  await dialog.getByRole('button', { name: '我已保存好' }).click()

  const desk = await browser.newContext({ baseURL: new URL(page.url()).origin })
  await enter(desk.request, people.manager)
  const { storeId, today } = await here(desk.request)
  const booking = await book(desk.request, { storeId, number: '13755560031', guestName: '独孤推送', businessDate: today })
  await expect.poll(() => receiver.got.length, { timeout: 30_000 }).toBe(1)
  const [first] = receiver.got
  expect(signed(first!, secret)).toBe(true)
  expect(signed({ ...first!, body: first!.body.replace('confirmed', 'cancelled') }, secret)).toBe(false)
  const said = JSON.parse(first!.body) as { type: string; data: Record<string, unknown> }
  expect(said).toMatchObject({ type: 'booking.changed', data: { booking_id: booking.id, ref: booking.ref, state: 'confirmed' } })
  for (const personal of ['1375556', '0031', '独孤']) expect(first!.body).not.toContain(personal)

  const card = page.locator('.hooks > li', { hasText: label })
  await card.getByRole('link', { name: '推送记录' }).click()
  const line = page.locator('.deliveries > li')
  await expect(line.first()).toContainText('预定有变化')
  await expect(line.first()).toContainText('已送达') // by itself, when it is known
  await expect(line.first()).toContainText('对方答 204')
  await page.getByRole('button', { name: '重新推送' }).first().click()
  await expect.poll(() => receiver.got.length, { timeout: 30_000 }).toBe(2)
  expect(signed(receiver.got[1]!, secret)).toBe(true)
  expect(JSON.parse(receiver.got[1]!.body)).toMatchObject({ type: 'booking.changed', data: { booking_id: booking.id } })
  await expect(line).toHaveCount(2)
  await expect(line.first()).toContainText(/重新推送 · 原推送/) // and says so, unlike the first
  await expect(line.last()).not.toContainText('原推送')
  await line.first().getByRole('link', { name: /原推送/ }).click()
  await expect(page.locator('.deliveries > li:target')).toHaveText((await line.last().textContent()) ?? '')

  await go(page, '接口推送') // and nothing more to an address that is going away
  await card.getByRole('button', { name: '停用' }).click()
  await page.locator('.ant-popconfirm').getByRole('button', { name: /停\s*用/ }).click()
  await expect(card.getByText('已停用')).toBeVisible()
  await desk.close()
  await receiver.close()
})

test('a bill that fits no table is linked by a person to its booking, and unlinked again, each with the reason', async ({ page }) => {
  await enter(page.request, people.rep) // nobody links to a booking of his own (ROL-04)
  const { storeId, today } = await here(page.request)
  const number = onPhone(page) ? '13755560042' : '13755560041'
  const booking = await book(page.request, { storeId, number, guestName: '闻人账单', businessDate: today })
  await call(page.request, 'visit.v1.BookingService/SeatBooking', { id: booking.id })
  await page.context().clearCookies()
  await enter(page.request, people.admin)
  const made = await (await call(page.request, 'staff.v1.StaffService/CreateApiKey', { label: `关联 ${Date.now()}`, scopes: ['bills:write'], storeIds: [storeId], validDays: 1 })).json()
  const no = `L${Date.now()}`
  const bill = await page.request.post('/changke.pos.v1.PosService/RecordBills', { headers: { authorization: `Bearer ${made.secret}` }, data: { bills: [{
    storeCode: 'S01', source: 'pos', billNo: no, revision: 1, bookingRef: 'B-没有这个', number, businessDate: today, mealPeriod: 'MEAL_PERIOD_SUPPER', closeTime: new Date().toISOString(), amountFen: '66600', status: 'BILL_STATUS_PAID', tableName: '大厅 99',
  }] } })
  expect(await bill.json()).toMatchObject({ results: [{ outcome: 'BILL_OUTCOME_RECORDED' }] })

  await page.context().clearCookies()
  await login(page, people.manager)
  await page.getByRole('link', { name: /张账单待确认是哪个预定的/ }).click()
  const waiting = page.locator('.bill-tasks li', { hasText: no })
  await expect(waiting).toContainText('B-没有这个')
  await waiting.getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('大厅 99') // the list has proposals of its own
  const proposal = page.locator('.proposals li', { hasText: booking.ref })
  await expect(proposal).toContainText('号码相同')
  await proposal.getByRole('button', { name: '就是它' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: '确认关联' })).toBeDisabled() // never without a reason
  await dialog.getByLabel('原因').selectOption({ label: '收银写错了预定' })
  await dialog.getByRole('button', { name: '确认关联' }).click()
  await expect(page.getByText(`由人工关联到预定 ${booking.ref}`)).toBeVisible()
  await page.getByRole('link', { name: '看预定' }).click()
  await expect(page.getByRole('dialog', { name: '预定详情' })).toContainText('闻人账单')
  await page.goBack()

  await page.getByRole('button', { name: '改为别的预定' }).click()
  await page.getByRole('button', { name: '不属于任何预定' }).click()
  await dialog.getByLabel('原因').selectOption({ label: '一人为几桌付款' })
  await dialog.getByRole('button', { name: '确认', exact: true }).click()
  await expect(page.getByText('人工确认它不属于任何预定')).toBeVisible()
  const told = page.locator('.bill-linkings li')
  await expect(told).toHaveCount(2)
  await expect(told.filter({ hasText: `关联到预定 ${booking.ref}` })).toContainText('收银写错了预定')
  await expect(told.filter({ hasText: '确认不属于任何预定' })).toContainText('一人为几桌付款')
})

test('a booking moves to another day and meal, and the boards of both days show it', async ({ page }) => {
  const guest = `${onPhone(page) ? '东方' : '西门'}${Date.now() % 1e6}`
  await login(page, people.manager)
  const { storeId, today } = await here(page.request)
  const [from, to] = [dayAfter(today, onPhone(page) ? 5 : 6), dayAfter(today, onPhone(page) ? 7 : 8)]
  const booking = await book(page.request, { storeId, number: '13755560051', guestName: guest, businessDate: from, mealPeriod: 'MEAL_PERIOD_LUNCH', sendNotice: true })
  await page.goto(`/bookings?date=${from}&booking=${booking.id}&view=list`)
  const sheet = page.getByRole('dialog', { name: '预定详情' })
  await sheet.getByRole('button', { name: '改期 / 换台' }).click()
  await sheet.getByLabel('日期').fill(to)
  await sheet.getByLabel('餐段').selectOption({ label: '晚市' })
  await expect(sheet.getByText('改期后请再发一次')).toBeVisible() // he was told the old day
  const room = sheet.getByLabel('换到')
  await room.selectOption({ label: await room.locator('option', { hasText: '听雨轩' }).innerText() })
  await sheet.getByRole('button', { name: '换过去' }).click()
  await expect(sheet).toContainText('晚市')
  await expect(sheet).toContainText('听雨轩')
  await sheet.getByRole('button', { name: '关闭' }).click()
  await expect(page.locator('.booking', { hasText: guest })).toHaveCount(0)

  await page.goto(`/bookings?date=${to}`)
  if (onPhone(page)) await page.getByRole('navigation', { name: '餐段' }).getByRole('link', { name: '晚市' }).click()
  await expect(page.locator('.slot.taken').filter({ hasText: guest })).toContainText('已确认')
})

test('an operator makes a sandbox; the vendor comes in, sees its guests and moves its clock', async ({ page, browser }) => {
  test.setTimeout(240_000)
  const code = `pen${Date.now() % 1e8}`
  await operatorLogin(page)
  await page.getByRole('button', { name: '开通企业' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('企业名称').fill(`联调 ${code.slice(-4)}`)
  await dialog.getByLabel('企业代码').fill(code)
  await dialog.getByLabel('姓名').fill('陆婉清')
  await dialog.getByLabel('手机号').fill('13800138000')
  await dialog.getByRole('checkbox', { name: /做成沙箱/ }).check()
  await dialog.getByRole('button', { name: '开通', exact: true }).click()
  const made = page.getByRole('dialog', { name: '企业已开通' })
  const lapsed = await made.locator('dd').last().innerText()
  await made.getByRole('button', { name: '已交给管理员' }).click()
  await expect(page.getByText('沙箱', { exact: true }).first()).toBeVisible()

  // The vendor did not come in time: a new code, though the sandbox is full of people.
  await page.getByRole('button', { name: `联调 ${code.slice(-4)}` }).first().click()
  await page.getByRole('button', { name: '重新生成激活码' }).click()
  const again = page.getByRole('dialog', { name: '重新生成激活码' })
  const fresh = await again.locator('dd').last().innerText()
  await again.getByRole('button', { name: '已交给管理员' }).click()

  const vendor = await browser.newContext({ baseURL: new URL(page.url()).origin, locale: 'zh-CN', viewport: page.viewportSize(), reducedMotion: 'reduce' })
  const password = '三只白鹭过江 2026'
  const activate = (one: string) => call(vendor.request, 'staff.v1.AccountOpeningService/ActivateAccount', { tenantCode: code, staffNo: 'A001', code: one, password })
  expect((await activate(lapsed)).ok()).toBe(false)
  expect((await activate(fresh)).ok()).toBe(true)
  expect((await call(vendor.request, 'staff.v1.AuthService/Login', { tenantCode: code, login: 'A001', password })).ok()).toBe(true)
  const pen = await vendor.newPage()
  await pen.goto('/')
  await pen.getByRole('note').filter({ hasText: '沙箱测试环境' }).getByRole('link', { name: '时钟与客人' }).click()
  await expect(pen.getByRole('heading', { level: 1, name: '沙箱' })).toBeVisible()
  await expect(rows(pen).filter({ hasText: '孙丽华' })).toContainText('花生过敏')
  await expect(pen.getByText('与日历同一天')).toBeVisible()
  const { sandbox: { businessDate } } = (await (await call(vendor.request, 'pos.v1.SandboxService/GetSandbox')).json()) as { sandbox: { businessDate: string } }
  await pen.getByLabel('天数').fill('2')
  await pen.getByRole('button', { name: '向前移动' }).click()
  await expect(pen.getByText('比日历快 2 天')).toBeVisible({ timeout: 60_000 })
  const [, month, day] = dayAfter(businessDate, 2).split('-').map(Number)
  await expect(pen.getByRole('note').filter({ hasText: `${month}月${day}日` })).toBeVisible() // on every page
  expect(await pen.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0)
  await vendor.close()
})
