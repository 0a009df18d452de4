import { expect, type Page } from '@playwright/test'
import { go, login, onPhone, people, rows, test } from './console.ts'

// The owned guests of the manager's store, found by the list; each test deletes another.
async function openOwned(page: Page, n: number) {
  await page.goto('/customers?scope=dormant')
  await rows(page).nth(n).getByRole('link').first().click()
  await expect(page.getByRole('button', { name: '申请删除' })).toBeVisible()
}

test('a store asks for deletion, head office refuses one and carries the other out (DEL-01)', async ({ page, browser }) => {
  await login(page, people.manager)
  const asked: string[] = []
  for (const [n, reason] of [[onPhone(page) ? 0 : 2, '号码主人说从没来过'], [onPhone(page) ? 1 : 3, '同一位客人建了两份']] as const) {
    await openOwned(page, n)
    asked.push(page.url())
    await page.getByRole('button', { name: '申请删除' }).click()
    await page.getByRole('button', { name: '提交申请' }).click()
    await expect(page.getByText('请选择原因。')).toBeVisible()
    await page.getByRole('radio', { name: '查无此人' }).check()
    await page.getByLabel('说明').fill(`${reason} ${onPhone(page)}`)
    await page.getByRole('button', { name: '提交申请' }).click()
    await expect(page.getByText('待总部核实')).toBeVisible()
  }

  const office = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(office, people.office)
  await office.getByRole('link', { name: /份删除申请待核实/ }).click()
  await expect(office.getByRole('heading', { level: 1, name: '删除申请' })).toBeVisible()
  const first = office.getByRole('article').filter({ hasText: `号码主人说从没来过 ${onPhone(page)}` })
  await first.getByRole('button', { name: '不同意' }).click()
  await office.getByLabel('原因（门店能看到）').fill('上周还来消费过')
  await office.getByRole('dialog').getByRole('button', { name: '不同意' }).click()
  await expect(first).toHaveCount(0)
  const second = office.getByRole('article').filter({ hasText: `同一位客人建了两份 ${onPhone(page)}` })
  await second.getByRole('button', { name: '核实属实，删除' }).click()
  await office.getByRole('button', { name: '删除，不能恢复' }).click()
  await expect(office.getByText('请先勾选')).toBeVisible()
  await office.getByRole('checkbox', { name: /我已核实/ }).check()
  await office.getByRole('button', { name: '删除，不能恢复' }).click()
  await expect(second).toHaveCount(0)
  await office.getByRole('link', { name: '已处理' }).click()
  await expect(office.getByText('已删除').first()).toBeVisible()
  await office.context().close()

  await page.goto('/inbox')
  await expect(page.getByText('总部处理了您的删除申请').first()).toBeVisible()
  await page.getByRole('link', { name: /总部处理了您的删除申请/ }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: '删除申请' })).toBeVisible()
  await expect(page.getByText('上周还来消费过').first()).toBeVisible()
  await page.goto(asked[1]!)
  await expect(page.getByText('没有找到这份客户档案')).toBeVisible()
})

test('consent is recorded with its text and withdrawn at once (CUS-11)', async ({ page }) => {
  await login(page, people.manager)
  await openOwned(page, onPhone(page) ? 4 : 5)
  await page.getByRole('link', { name: '授权', exact: true }).click()
  const marketing = page.getByRole('region', { name: '营销短信' })
  await expect(marketing.getByText('现在不发')).toBeVisible()
  const lines = page.locator('.consent-lines li')
  const before = await lines.count()
  await marketing.getByRole('button', { name: '记录同意' }).click()
  await expect(page.getByRole('dialog').locator('blockquote')).toBeVisible()
  await page.getByRole('radio', { name: '当面' }).check()
  await page.getByRole('button', { name: '记下' }).click()
  await expect(marketing.getByText('现在可以发')).toBeVisible()
  await marketing.getByRole('button', { name: '记录撤回' }).click()
  await page.getByRole('radio', { name: '电话' }).check()
  await page.getByRole('button', { name: '记下' }).click()
  await expect(marketing.getByText('现在不发')).toBeVisible()
  await expect(lines).toHaveCount(before + 2)
})

test('who takes back his consent is erased at head office, which checks that it was he (CUS-11, DEL-03)', async ({ page, browser }) => {
  await login(page, people.manager)
  await openOwned(page, onPhone(page) ? 2 : 6)
  const file = page.url()
  await page.getByRole('link', { name: '授权', exact: true }).click()
  await page.getByRole('region', { name: '建立和保存档案' }).getByRole('button', { name: '记录撤回' }).click()
  await expect(page.getByText('总部会收到一份删除请求')).toBeVisible()
  await page.getByRole('radio', { name: '电话' }).check()
  await page.getByRole('button', { name: '记下' }).click()
  await expect(page.getByText('已向总部提出删除请求。')).toBeVisible()

  const office = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(office, people.office)
  await office.getByRole('link', { name: /份客人请求待办理/ }).click()
  const item = office.getByRole('article').filter({ hasText: '客人撤回建档授权' })
  await item.getByRole('button', { name: '核实身份' }).click()
  await office.getByRole('radio', { name: '回拨登记号码' }).check()
  await office.getByRole('button', { name: '记下' }).click()
  await item.getByRole('button', { name: '删除资料' }).click()
  await office.getByRole('checkbox', { name: /客人确认要删除/ }).check()
  await office.getByRole('button', { name: '全部删除，不能恢复' }).click()
  await expect(item).toHaveCount(0)
  await office.getByRole('link', { name: '已办结' }).click()
  await expect(office.getByText(/\d 份档案已删除/).first()).toBeVisible() // a guest of two stores has two
  await expect(office.getByText('号码已清除').first()).toBeVisible()
  await office.context().close()
  await page.goto(file)
  await expect(page.getByText('没有找到这份客户档案')).toBeVisible()
})

test('a guest asks for a copy and for a correction (DEL-03)', async ({ page, browser }) => {
  // A guest who was written down just now; each run its own.
  const number = `137${String(Date.now()).slice(-8)}`
  const rep = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(rep, people.rep, '/customers/new')
  await rep.locator('#f-name').fill('司马文君')
  await rep.locator('#f-number').fill(number)
  await rep.locator('form button[type=submit]').click()
  await expect(rep).toHaveURL(/\/edit/)

  await login(page, people.office)
  await go(page, '客人请求')
  const take = async (kind: string) => {
    await page.getByRole('button', { name: '登记请求' }).click()
    await page.getByRole('radio', { name: kind }).check()
    await page.getByLabel('客人的手机号').fill(number)
    await page.getByRole('button', { name: '登记', exact: true }).click()
    const item = page.getByRole('article', { name: `${kind} ${number.slice(0, 3)}****${number.slice(-4)}` })
    await expect(item.getByText('司马文君')).toBeVisible()
    await item.getByRole('button', { name: '核实身份' }).click()
    await page.getByRole('radio', { name: '回拨登记号码' }).check()
    await page.getByRole('button', { name: '记下' }).click()
    await expect(item.getByText('待办理')).toBeVisible()
    return item
  }
  const copy = await take('查阅复制')
  const saved = page.waitForEvent('download')
  await copy.getByRole('button', { name: '下载副本' }).click()
  expect((await saved).suggestedFilename()).toMatch(/^客人信息副本.*\.xlsx$/)
  await expect(copy).toHaveCount(0)

  const correction = await take('更正')
  await correction.getByRole('button', { name: '写明更正' }).click()
  await page.getByRole('checkbox', { name: '工作单位' }).check()
  await page.getByLabel('工作单位改成什么').fill('西安明远机电设备有限公司')
  await page.getByRole('button', { name: '交推荐人更正' }).click()
  await expect(correction).toHaveCount(0)

  await rep.goto('/inbox')
  await rep.getByRole('link', { name: /客人要求更正：司马文君/ }).first().click()
  await expect(rep.getByRole('heading', { level: 1, name: /司马文君/ })).toBeVisible()
  await rep.context().close()
})
