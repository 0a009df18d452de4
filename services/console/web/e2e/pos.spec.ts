import { expect, type Page } from '@playwright/test'
import { answered, go, login, loginAnew, onPhone, people, rows, test } from './console.ts'

/** Makes a key of 友谊店 with one scope, as an administrator does. */
async function newKey(page: Page, scope: string): Promise<string> {
  await go(page, '接口密钥')
  await page.getByRole('button', { name: '新密钥' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用途').fill(`试 ${scope} ${onPhone(page) ? '手机' : '电脑'}`)
  await dialog.getByRole('checkbox', { name: 'bills:write' }).uncheck() // what a new key may by itself
  await dialog.getByRole('checkbox', { name: scope }).check()
  await dialog.getByRole('checkbox', { name: '友谊店' }).check()
  await dialog.getByRole('button', { name: '创建密钥' }).click()
  const secret = await dialog.locator('output.secret').textContent()
  await dialog.getByRole('button', { name: '我已保存好' }).click()
  return secret ?? ''
}

/** A call of a vendor's system. */
const post = (page: Page, key: string, method: string, body: object) =>
  page.request.post(`/changke.pos.v1.PosService/${method}`, { headers: { authorization: `Bearer ${key}` }, data: body })

test('a call that rings is on the desk’s screen within a second', async ({ page, browser }) => {
  await login(page, people.admin)
  const key = await newKey(page, 'callers:write')
  const desk = await (await browser.newContext({ locale: 'zh-CN', viewport: page.viewportSize() })).newPage()
  await login(desk, people.manager)
  const at = Date.now()
  const rung = await post(page, key, 'RingCall', { storeCode: 'S01', source: 'pbx', callId: `c-${at}`, number: '13866779901', line: '2' })
  expect(rung.ok(), await rung.text()).toBe(true)
  const notice = desk.getByRole('status', { name: '来电' })
  await expect(notice).toContainText('138****9901')
  await expect(notice).toContainText('没有档案的号码')
  await notice.getByRole('button', { name: '收起来电' }).first().click()
  await expect(notice.getByText('138****9901')).toHaveCount(0)
  await desk.context().close()
})

test('a bill’s life: recorded, changed, said to belong to no booking, with the reason', async ({ page }) => {
  const no = `T${onPhone(page) ? 'P' : 'C'}1`
  await login(page, people.admin)
  const key = await newKey(page, 'bills:write')
  const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10)
  const bill = (revision: number, amountFen: number) => post(page, key, 'RecordBills', { bills: [{
    storeCode: 'S01', source: 'pos', billNo: no, revision, businessDate: day, mealPeriod: 'MEAL_PERIOD_DINNER', closeTime: `${day}T12:40:00Z`, amountFen: String(amountFen), status: 'BILL_STATUS_PAID',
    tableName: '九号台', lines: [{ name: '叉烧', quantityMilli: '1000', amountFen: '38800' }],
  }] })
  for (const [revision, fen] of [[1, 88800], [2, 78800]] as const) {
    const answer = await bill(revision, fen)
    expect(await answer.json()).toMatchObject({ results: [{ outcome: 'BILL_OUTCOME_RECORDED' }] })
  }
  await loginAnew(page, people.manager, `/bills?show=day&date=${day}`)
  await expect(page.getByText('九号台').first()).toBeVisible()
  await page.getByRole('searchbox', { name: '账单号，或末几位' }).fill(no) // as it stands on the receipt
  await expect(rows(page)).toHaveCount(1)
  if (onPhone(page)) await expect(page.locator('.guest-card > div').first()).toHaveCSS('justify-content', 'space-between') // the amount stands at the right
  await page.getByText('九号台').click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('¥788.00')
  await expect(page.locator('.bill-life > li')).toHaveCount(2)
  await page.getByRole('button', { name: '关联到预定' }).click()
  await page.getByRole('button', { name: '不属于任何预定' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '确认', exact: true }).click()
  await expect(page.locator('.bill-linkings')).toContainText('不属于任何预定')
})

test('a webhook is made, its failing delivery told, its secret rotated', async ({ page }) => {
  const label = `试推送 ${Date.now()}`
  await login(page, people.admin)
  await go(page, '接口推送')
  await page.getByRole('button', { name: '新推送地址' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用途').fill(label)
  await dialog.getByLabel('推送地址').fill('https://127.0.0.1:9/changke')
  await dialog.getByRole('button', { name: '创建' }).click()
  const first = await dialog.locator('output.secret').textContent()
  await dialog.getByRole('button', { name: '我已保存好' }).click()
  const card = page.locator('.hooks > li', { hasText: label })
  await answered(page, 'PingWebhook', () => card.getByRole('button', { name: '测试' }).click())
  await card.getByRole('button', { name: '更换签名密钥' }).click()
  await dialog.getByRole('button', { name: '生成新密钥' }).click()
  await expect(dialog.locator('output.secret')).not.toHaveText(first ?? '')
  await dialog.getByRole('button', { name: '我已保存好' }).click()
  await expect(card.getByText('两个签名密钥并用')).toBeVisible()
  await card.getByRole('link', { name: '推送记录' }).click()
  await expect(page.locator('.deliveries > li').first()).toContainText('地址不在公网上', { timeout: 30_000 })
  await expect(page.locator('.deliveries > li').first()).toContainText('没有送达') // a test is tried once
  await page.getByRole('button', { name: '重新推送' }).first().click()
  await expect(page.locator('.deliveries > li')).toHaveCount(2) // once more is a delivery of its own
})
