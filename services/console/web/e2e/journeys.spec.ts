import { expect, type Page } from '@playwright/test'
import { answered, go, login, onPhone, people, rows, signIn, test } from './console.ts'

/** What stands wrong at a field of a file. */
const wrongAt = (page: Page, field: string) => page.locator('.field', { has: page.locator(`#f-${field}`) }).locator('.wrong')

test('each role sees its own menu and 今日', async ({ page, browser }) => {
  const sees: Record<keyof typeof people, { has: string[]; not: string[] }> = {
    rep: { has: ['客户', '预定', '建档'], not: ['审核', '看板', '接口密钥'] },
    manager: { has: ['客户', '审核', '预定', '短信'], not: ['接口密钥'] },
    office: { has: ['客户', '看板', '任务'], not: ['建档', '接口密钥'] },
    admin: { has: ['看板', '任务', '规则', '员工', '接口密钥'], not: ['建档', '审核'] },
  }
  for (const [who, { has, not }] of Object.entries(sees)) {
    const own = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
    await login(own, people[who as keyof typeof people])
    await expect(own.getByRole('heading', { level: 1, name: '今日' })).toBeVisible()
    if (onPhone(own)) await own.getByRole('button', { name: '更多' }).click()
    for (const name of has) await expect(own.getByRole('link', { name, exact: true }).first()).toBeVisible()
    for (const name of not) await expect(own.getByRole('link', { name, exact: true })).toHaveCount(0)
    await own.context().close()
  }
})

test('a wrong password says so and names no more; the wanted page opens after the right one', async ({ page }) => {
  await page.goto('/customers?scope=dormant')
  await signIn(page, people.manager, 'not-the-password')
  await expect(page.getByRole('alert')).toContainText('不正确')
  await expect(page.getByRole('alert')).toContainText('请求编号')
  await signIn(page, people.manager)
  await expect(page).toHaveURL(/\/customers\?scope=dormant$/)
})

test('a guest is found by the last four digits; his page says whose he is and why', async ({ page }) => {
  await login(page, people.manager)
  await go(page, '客户')
  const row = rows(page).filter({ hasText: '有效', hasNotText: '从未来店' }).first()
  await expect(row).toBeVisible()
  const [number = ''] = /1\d{2}\*{4}\d{4}/.exec((await row.textContent()) ?? '') ?? []
  await page.getByRole('searchbox').fill(number.slice(-4))
  await expect(page).toHaveURL(new RegExp(`q=${number.slice(-4)}`))
  await expect(rows(page).filter({ hasNotText: `****${number.slice(-4)}` })).toHaveCount(0)
  await rows(page).filter({ hasText: number }).first().getByRole('link').first().click()
  await expect(page.getByText(/重新计时|没有推荐人/).or(page.getByRole('link', { name: '看依据和经过' })).first()).toBeVisible()
  await page.getByRole('link', { name: '归属', exact: true }).click()
  await expect(page.getByTestId('standing')).toContainText(/天|公共/)
  await page.getByRole('link', { name: '消费', exact: true }).click()
  await expect(rows(page).first()).toBeVisible()
  await page.getByRole('link', { name: '记录', exact: true }).click()
  await expect(page.locator('.timeline li').first()).toBeVisible()
  await page.getByRole('button', { name: '查看号码' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用途').fill('核对档案')
  await dialog.getByRole('button', { name: '查看号码' }).click()
  await expect(page.getByRole('link', { name: new RegExp(`${number.slice(-4)}$`) })).toBeVisible()
})

test('a run opens its decisions; a decision opens the guest with sentence, rule, version and evidence', async ({ page }) => {
  await login(page, people.office)
  await go(page, '任务')
  await page.locator('a.run').filter({ hasText: 'LIF-03' }).first().click()
  const why = page.getByTestId('why').first()
  await expect(why).toContainText('LIF-03')
  await why.getByRole('link').click()
  await expect(page).toHaveURL(/\/customers\//)
  await expect(page.getByRole('link', { name: '归属', exact: true })).toBeVisible()
  const card = page.getByTestId('why').first()
  await expect(card).toContainText(/规则第 \d+ 版/)
  await expect(card.locator('dt').first()).toBeVisible()
})

test('a file in two stages: a refused name at the field, draft, submit; the manager approves it', async ({ page, browser }, info) => {
  const desktop = info.project.name === 'desktop'
  const [name, number] = desktop ? ['诸葛清扬', '13922226001'] : ['慕容晓棠', '13922226002']
  await login(page, people.rep)
  await go(page, '建档')
  await page.getByLabel('姓名').fill('王先生')
  await expect(wrongAt(page, 'name')).toContainText('CUS-06')
  await page.getByLabel('姓名').fill(name)
  await expect(wrongAt(page, 'name')).toHaveCount(0)
  await page.getByRole('radio', { name: '女士' }).check()
  await page.getByLabel('手机号').fill('02987654321')
  await expect(wrongAt(page, 'number')).toContainText('CUS-07')
  await page.getByLabel('手机号').fill(number)
  await page.getByLabel('怎么认识的').fill('常来喝早茶，坐我负责的区域')
  await page.reload()
  await expect(page.getByLabel('姓名')).toHaveValue(name)
  await page.getByRole('button', { name: '保存，下一步' }).click()

  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}\/edit/)
  await page.getByLabel('工作单位').fill('高新路')
  await expect(wrongAt(page, 'employer')).toContainText('CUS-08')
  await page.getByLabel('工作单位').fill('雁塔区长安南路 88 号 中贸大厦 恒信律师事务所')
  await page.getByLabel('职务').fill('合伙人')
  await answered(page, 'UpdateFile', () => page.getByRole('button', { name: '保存草稿' }).click())
  await page.getByLabel(/^地址/).fill('雁塔区翠华路 12 号院 3 号楼')
  await page.locator('#f-birthday-year').fill('1974')
  await page.locator('#f-birthday').selectOption('6')
  await page.locator('#f-birthday-day').selectOption('18')
  await page.getByText('客人同意我们保存这份档案').click()
  await page.getByRole('button', { name: '提交审核' }).click()
  await expect(page.getByText('待审核').first()).toBeVisible()
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]{36}$/)
  const file = new URL(page.url()).pathname
  await expect(page.getByText(/已提交审核，最晚/)).toBeVisible()
  await expect(page.getByRole('link', { name: '档案', exact: true })).toHaveAttribute('aria-current', 'page')

  const desk = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await desk.clock.install()
  await login(desk, people.rep, '/bookings?new=1')
  await desk.getByLabel('客人手机号').fill(number)
  const known = desk.locator('.known')
  await expect(known).toContainText('待审核')
  await expect(known).toContainText('建档')

  const boss = await (await browser.newContext({ viewport: page.viewportSize() })).newPage()
  await login(boss, people.manager)
  await go(boss, '审核')
  await boss.getByRole('list', { name: '待审核' }).getByRole('button', { name: new RegExp(name) }).click()
  const sheet = boss.getByRole('region', { name })
  await expect(sheet).toContainText('合伙人')
  await answered(boss, 'ReviewFile', () => (desktop ? boss.keyboard.press('a') : sheet.getByRole('button', { name: '通过' }).click()))
  await expect(boss.getByRole('button', { name: new RegExp(name) })).toHaveCount(0)
  await boss.context().close()

  await desk.clock.fastForward(15_000) // by itself, while the form stands open
  await expect(known).toContainText('VIP')
  await desk.context().close()
  await page.goto(file)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('有效')
  await expect(page.getByText(/此前来消费一次/)).toBeVisible()
})

test('a second entry of a number is told before saving', async ({ page }) => {
  await login(page, people.rep)
  await go(page, '建档')
  await page.getByLabel('手机号').fill('138 0927 1101')
  await expect(wrongAt(page, 'number')).toContainText('CUS-10')
})

test('a booking from the call to the end of the meal', async ({ page }, info) => {
  const guest = info.project.name === 'desktop' ? '司马懿文' : '东方晓月'
  await login(page, people.manager)
  await go(page, '预定')
  const list = page.getByRole('link', { name: '清单' })
  await list.click()
  await expect(list).toHaveAttribute('aria-current', 'page')
  await page.getByRole('button', { name: '新预定' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('客人手机号').fill(info.project.name === 'desktop' ? '13755550001' : '13755550002')
  await form.getByLabel('称呼').fill(guest)
  await form.getByLabel('人数').fill('4')
  await form.getByRole('radio', { name: '夜宵' }).check()
  await form.getByRole('radio', { name: '散台' }).check()
  await form.getByLabel('房间或台位').selectOption({ index: 1 })
  await form.getByRole('button', { name: '登记预定' }).click()
  const booking = page.locator('.booking').filter({ hasText: guest })
  await expect(booking).toContainText('已确认')
  await booking.getByRole('button', { name: '入座' }).click()
  await expect(booking).toContainText('已入座')
  await booking.getByRole('button', { name: '离席' }).click()
  await page.getByRole('tooltip').getByRole('button', { name: '离席' }).click()
  await expect(booking).toContainText('已离席')
  await go(page, '短信')
  await expect(page.getByText(new RegExp(guest)).first()).toBeVisible()
})

test('head office: stores side by side with the trend, and the store filter in the URL', async ({ page }) => {
  await login(page, people.office)
  await go(page, '看板')
  // Other journeys may have made stores too.
  for (const store of ['友谊店', '高新店']) await expect(rows(page).filter({ hasText: store })).toHaveCount(1)
  await expect(page.getByRole('img', { name: /近十二个月/ }).locator('canvas')).toBeVisible()
  await page.getByRole('combobox', { name: '门店' }).selectOption({ label: '友谊店' })
  await expect(page.getByRole('navigation', { name: '菜单' }).getByRole('link').first()).toHaveAttribute('href', /store=/)
  await go(page, '客户')
  await expect(page).toHaveURL(/\/customers\?store=/)
})

test('the chooser names the store that a page shows, and all where it shows all', async ({ page }) => {
  await login(page, people.office, '/pool')
  const chooser = page.getByRole('combobox', { name: '门店' })
  await expect(chooser).toHaveValue(/./)
  await expect(chooser.getByRole('option', { name: '全部门店' })).toHaveCount(0)
  await chooser.selectOption({ label: '高新店' })
  await expect(page).toHaveURL(/store=/)
  await page.goto(page.url().replace('/pool', '/month'))
  await expect(chooser.locator('option:checked')).toHaveText('高新店')
  await go(page, '看板')
  await expect(chooser.getByRole('option', { name: '全部门店' })).toHaveCount(1)
})

test('a long hint on 今日 stays clear of its arrow', async ({ page }) => {
  await login(page, people.manager)
  const hint = page.locator('.work .chip').first()
  await expect(hint).toBeVisible()
  const over = await hint.evaluate((chip) => {
    chip.textContent = '还剩 11 小时 · 11月24日 02:14 止'
    const what = chip.closest('.what')
    return what ? what.scrollWidth - what.clientWidth : 1
  })
  expect(over).toBeLessThanOrEqual(0)
})

test('a key shows its secret once and is revoked; a rule is changed from a day on', async ({ page }, info) => {
  await login(page, people.admin)
  await go(page, '接口密钥')
  const label = `收银 ${info.project.name}`
  await page.getByRole('button', { name: '新密钥' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('用途').fill(label)
  await dialog.getByLabel('友谊店').check()
  await dialog.getByRole('button', { name: '创建密钥' }).click()
  await expect(dialog.locator('output')).toContainText(/^ck_/)
  await dialog.getByRole('button', { name: '我已保存好' }).click()
  const row = rows(page).filter({ hasText: label })
  await row.getByRole('button', { name: '吊销' }).click()
  await page.getByRole('tooltip').getByRole('button', { name: '吊销' }).click()
  await expect(row).toContainText('已吊销')
})

test('English is complete, and stays', async ({ page }) => {
  await login(page, people.manager)
  if (onPhone(page)) await page.getByRole('button', { name: '更多' }).click()
  await page.getByRole('button', { name: 'English' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
  await page.goto('/bookings')
  await expect(page.getByRole('heading', { level: 1, name: 'Bookings' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
})

test('a page without its right says who could give it', async ({ page }) => {
  await login(page, people.rep, '/keys')
  await expect(page.getByText('打开这个页面需要“查看接口密钥”权限')).toBeVisible()
  await expect(page.getByText(/企业管理员/)).toBeVisible()
})

test('a list keeps its place when one comes back to it', async ({ page }) => {
  await login(page, people.manager)
  await go(page, '客户')
  await page.getByRole('button', { name: '显示更多' }).click()
  const target = rows(page).nth(60)
  await target.scrollIntoViewIfNeeded()
  const before = await page.evaluate(() => window.scrollY)
  await target.getByRole('link').first().click()
  await expect(page.getByRole('link', { name: '归属', exact: true })).toBeVisible()
  await page.goBack()
  await expect(rows(page).nth(60)).toBeInViewport()
  await expect.poll(async () => Math.abs((await page.evaluate(() => window.scrollY)) - before)).toBeLessThan(200)
})
