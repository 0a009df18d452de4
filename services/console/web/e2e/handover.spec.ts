import { expect } from '@playwright/test'
import { go, login, people, test } from './console.ts'

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
  await receiver.selectOption(await receiver.locator('option', { hasText: people.manager }).getAttribute('value'))
  await page.getByRole('radio', { name: '请长假' }).check()
  await page.getByRole('button', { name: '确认并提交总部' }).click()
  await expect(page).toHaveURL(/\/handovers\/[0-9a-f]{8}-/)
  await expect(page.getByText('待总部审核').first()).toBeVisible()
  const path = new URL(page.url()).pathname

  const as = async (who: string) => {
    const context = await browser.newContext({ baseURL: new URL(page.url()).origin, viewport: page.viewportSize() })
    const other = await context.newPage()
    await login(other, who)
    await other.goto(path)
    return other
  }
  const office = await as(people.office)
  await office.getByRole('button', { name: '审核通过' }).click()
  await office.getByRole('dialog').getByRole('button', { name: '审核通过' }).click()
  await expect(office.getByText('待接收人接收').first()).toBeVisible()

  const taker = await as(people.manager)
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
