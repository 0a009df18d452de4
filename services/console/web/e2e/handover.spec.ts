import { expect, type Browser, type Page } from '@playwright/test'
import { choosePerson, go, login, people, rows, test } from './console.ts'

// Of the demo's first store: one who leaves here, and one who has just come.
const leaver = 'E0008'
const fresh = 'E0903'

/** Comes in as somebody else beside a page, at its width. */
const beside = async (browser: Browser, page: Page, who: string, path: string) => {
  const context = await browser.newContext({ baseURL: new URL(page.url()).origin, viewport: page.viewportSize() })
  const other = await context.newPage()
  await login(other, who)
  await other.goto(path)
  return other
}

// One case cannot be taken twice: each project hands over a guest of its own.
test('a referrer hands a guest over: head office, receiver, head office, messages, the file checked (HND-02)', async ({ browser, page }) => {
  test.slow()
  await login(page, people.rep, '/handovers/new')
  await page.getByRole('radio', { name: '选择客户' }).check()
  const picks = page.getByRole('list', { name: '选择客户' })
  const guest = picks.getByRole('listitem').filter({ hasNotText: '交接中' }).last()
  await guest.getByRole('checkbox').check()
  await page.getByRole('button', { name: '确认并提交总部' }).click()
  await expect(page.getByText('请选择接收人。')).toBeVisible()
  const receiver = page.getByLabel('接收人', { exact: true })
  await choosePerson(receiver, people.manager)
  await page.getByRole('radio', { name: '请长假' }).check()
  await page.getByRole('button', { name: '确认并提交总部' }).click()
  await expect(page).toHaveURL(/\/handovers\/[0-9a-f]{8}-/)
  await expect(page.getByText('待总部审核').first()).toBeVisible()
  const path = new URL(page.url()).pathname

  const office = await beside(browser, page, people.office, path)
  await office.getByRole('button', { name: '审核通过' }).click()
  await office.getByRole('dialog').getByRole('button', { name: '审核通过' }).click()
  await expect(office.getByText('待接收人接收').first()).toBeVisible()

  const taker = await beside(browser, page, people.manager, path)
  await taker.getByRole('button', { name: '接收', exact: true }).click()
  await taker.getByRole('dialog').getByRole('button', { name: '接收', exact: true }).click()
  await expect(taker.getByText('半联动：您能看到这些客户')).toBeVisible()

  await office.reload()
  await office.getByRole('button', { name: '确认交接' }).click()
  await office.getByRole('dialog').getByRole('button', { name: '确认交接' }).click()
  await expect(office.getByText('待发短信').first()).toBeVisible()
  await office.getByRole('button', { name: '发送短信' }).click()
  await office.getByRole('dialog').getByRole('button', { name: '发送短信' }).click()
  await expect(office.locator('.case-turn')).toContainText('交接单完成') // the steps name it all along

  await taker.reload()
  await expect(taker.getByText('0 / 1 份审核通过').first()).toBeVisible()
  await taker.getByRole('button', { name: '核对' }).click()
  await expect(taker).toHaveURL(/\/customers\/[0-9a-f-]+\/edit/)

  await page.reload()
  await expect(page.locator('.case-turn')).toContainText('交接单完成')
  await page.getByRole('button', { name: '打印交接单' }).click()
  await expect(page.getByRole('heading', { name: '客户交接单' }).first()).toBeVisible()
  await page.goto('/')
  await go(page, '客户交接')
  await expect(page.getByRole('list', { name: '客户交接单' }).getByText('→').first()).toBeVisible()
  await office.context().close()
  await taker.context().close()
})

test('head office sends back the handover of who left: it lies on its desk, another receives, the leaving is closed (HND-05, ACC-03)', async ({ browser, page }) => {
  test.slow()
  await login(page, people.admin, '/staff')
  await page.getByRole('searchbox').fill(leaver)
  await expect(rows(page)).toHaveCount(1)
  await rows(page).getByRole('link').first().click()
  await page.getByRole('button', { name: '登记离岗' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '登记离岗' }).click()
  await expect(page.getByText('离职手续未办结')).toBeVisible()
  await expect(page.getByRole('button', { name: '办结离职手续' })).toBeDisabled()
  const person = new URL(page.url()).pathname

  // The manager hands his guests over for him; head office does not agree.
  const boss = await beside(browser, page, people.manager, person)
  await boss.getByRole('link', { name: '交接客户' }).click()
  const receiver = boss.getByLabel('接收人', { exact: true })
  const to = async (staffNo: string) => {
    await choosePerson(receiver, staffNo)
    await boss.getByRole('button', { name: '确认并提交总部' }).click()
    await expect(boss.getByText('待总部审核').first()).toBeVisible()
    return new URL(boss.url()).pathname
  }
  const first = await to(fresh)
  const office = await beside(browser, page, people.office, first)
  await office.getByRole('button', { name: '退回' }).click()
  await office.getByRole('dialog').getByRole('button', { name: '退回' }).click()
  await expect(office.getByText('请写明原因。')).toBeVisible()
  await office.getByRole('dialog').getByRole('textbox').fill('刚入职，先不放客户')
  await office.getByRole('dialog').getByRole('button', { name: '退回' }).click()
  await expect(office.locator('.case-turn')).toContainText('总部代管')
  await expect(office.getByText('总部退回：刚入职，先不放客户')).toBeVisible()
  await expect(office.getByRole('button', { name: '另选接收人' })).toBeVisible()

  await boss.goto('/inbox')
  await boss.getByRole('listitem').filter({ hasText: '总部退回：刚入职，先不放客户' }).getByRole('link').click()
  await boss.getByRole('button', { name: '另选接收人' }).click()
  await expect(boss.getByRole('radio', { name: /^全部 \d+ 位$/ }), 'all that lie on the desk').toBeChecked()
  const second = await to(people.manager)
  await office.goto(second)
  await office.getByRole('button', { name: '审核通过' }).click()
  await office.getByRole('dialog').getByRole('button', { name: '审核通过' }).click()
  await expect(office.getByText('待接收人接收').first()).toBeVisible()
  await boss.reload()
  await boss.getByRole('button', { name: '接收', exact: true }).click()
  await boss.getByRole('dialog').getByRole('button', { name: '接收', exact: true }).click()
  await expect(boss.getByText('待总部确认').first()).toBeVisible()
  await office.reload()
  await office.getByRole('button', { name: '确认交接' }).click()
  await office.getByRole('dialog').getByRole('button', { name: '确认交接' }).click()
  await expect(office.getByText('待发短信').first()).toBeVisible()

  await page.reload()
  await page.getByRole('button', { name: '办结离职手续' }).click()
  await expect(page.getByText(/离职手续已由.+办结/)).toBeVisible()
  await office.context().close()
  await boss.context().close()
})
