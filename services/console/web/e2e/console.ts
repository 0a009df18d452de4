import { expect, test as base, type APIRequestContext, type BrowserContext, type Locator, type Page } from '@playwright/test'

/** The demo's people: staff number and what they are. */
export const people = { admin: 'A001', office: 'H001', manager: 'E0002', rep: 'E0005' } as const

/** Whether the project is the phone. */
export const onPhone = (page: Page) => (page.viewportSize()?.width ?? 0) < 768

/**
 * The browser of a project's journeys. A fresh one for each would fetch and compile the
 * console's scripts each time; this one keeps them, and nothing else of the journey before.
 */
let kept: BrowserContext | undefined

/**
 * A button at work swallows clicks, and looks to a journey as any other that may be pressed:
 * let through, clicks find another target there, and the journey waits as a person would.
 */
async function begin(context: BrowserContext) {
  await context.addInitScript(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('.ant-btn-loading { pointer-events: none }')
    document.adoptedStyleSheets.push(sheet)
  })
  return context
}

/** A page on which nothing may break the policy, throw, or be wider than the screen. */
export const test = base.extend({
  context: async ({ browser, baseURL }, use) => {
    const context = (kept ??= await begin(await browser.newContext()))
    await use(context)
    await context.setOffline(false)
    const [last, ...others] = [await context.newPage(), ...context.pages()]
    await Promise.all(others.filter((page) => page !== last).map((page) => page.close()))
    const cdp = await context.newCDPSession(last)
    await cdp.send('Storage.clearDataForOrigin', { origin: new URL(baseURL ?? '').origin, storageTypes: 'all' })
    await context.clearCookies()
    await last.close()
  },
  page: async ({ page }, use) => {
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrong.push(message.text())
    })
    await use(page)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 'wider than the screen').toBeLessThanOrEqual(0)
    expect(wrong).toEqual([])
  },
})

/** Calls the API as whoever is signed in there: for what stands before a journey and must not stand after it. */
export const call = (request: APIRequestContext, method: string, data: object = {}) => request.post(`/changke.${method}`, { data })

/** Comes in past the form, which has journeys of its own (`signIn`). */
export async function enter(request: APIRequestContext, staffNo: string) {
  const answer = await call(request, 'staff.v1.AuthService/Login', { tenantCode: 'demo', login: staffNo, password: 'changke-demo' })
  expect(answer.ok(), await answer.text()).toBeTruthy()
}

/** Comes in and opens a page of the console. */
export async function login(page: Page, staffNo: string, to = '/') {
  await enter(page.request, staffNo)
  await page.goto(to)
  await expect(page.getByRole('navigation', { name: '菜单' })).toBeVisible()
}

/** Fills in the form of the login and sends it. */
export async function signIn(page: Page, staffNo: string, password = 'changke-demo') {
  await page.getByLabel('企业代码').fill('demo')
  await page.getByLabel('工号或手机号').fill(staffNo)
  await page.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

/** Comes in as somebody else in the same browser. The page of who was there before goes first: it would ask on, and be sent to the door. */
export async function loginAnew(page: Page, staffNo: string, to = '/') {
  await page.goto('about:blank')
  await page.context().clearCookies()
  await login(page, staffNo, to)
}

/** Opens a page of the menu, from the side bar, the tab bar or 更多, and waits for it: until it has loaded, the page before stands there, whose links may have the same names. */
export async function go(page: Page, name: string) {
  const menu = page.getByRole('navigation', { name: '菜单' })
  await expect(menu).toBeVisible()
  const entry = menu.getByRole('link', { name, exact: true })
  if (onPhone(page) && !(await entry.isVisible())) {
    await menu.getByRole('button', { name: '更多' }).click() // a list may have a 显示更多
    await page.getByRole('dialog').getByRole('link', { name, exact: true }).click()
  } else {
    await entry.click()
  }
  await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible() // 客户 is no 公共客户
}

/** Does something and waits until the server has done it: for what the page says of it only for a moment. */
export async function answered(page: Page, method: string, act: () => Promise<unknown>) {
  const answer = page.waitForResponse((r) => r.url().endsWith(`/${method}`))
  await act()
  expect((await answer).ok(), method).toBe(true)
}

/** The rows of a list: table rows on the PC, cards on the phone. */
export const rows = (page: Page) => (onPhone(page) ? page.locator('.cards > li') : page.locator('table.list tbody tr'))

/** Chooses one of the people of a field: the first whom something typed finds, or the first of all. */
export async function choosePerson(field: Locator, typed = '') {
  await field.click()
  if (typed) await field.fill(typed)
  await field.locator('..').getByRole('option').first().click()
}
