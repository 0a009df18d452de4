import { createHmac } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { answered, call, enter, go, login, people, rows, signIn, test } from './console.ts'

/** What an authenticator shows (RFC 6238). */
function shown(secret: string, at = Date.now()): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replaceAll(/\s/g, '')].map((c) => letters.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  return String((mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

async function knock(page: Page, staffNo: string) {
  await page.goto('/login')
  await signIn(page, staffNo)
}

test.describe('with a second factor', () => {
  // Whatever became of it, the journeys after this one come in without.
  test.afterEach(async ({ request }) => {
    await enter(request, people.admin)
    const { people: [rep] } = (await (await call(request, 'staff.v1.StaffService/ListPeople', { query: people.rep })).json()) as { people: { id: string }[] }
    await call(request, 'staff.v1.AccessService/ResetSecondFactor', { personId: rep?.id })
  })

  test('a second factor from the QR code to the login with it, by recovery code when the phone is lost, and off again', async ({ page, browser }) => {
    await login(page, people.rep, '/account')
    await page.getByRole('button', { name: '设置两步验证' }).click()
    const dialog = page.getByRole('dialog', { name: '设置两步验证' })
    await expect(dialog.getByRole('img', { name: '两步验证的二维码' })).toBeVisible()
    await dialog.getByText('扫不了').click()
    const secret = (await dialog.locator('output').textContent()) ?? ''
    await dialog.getByLabel('验证器上的 6 位数字').fill(shown(secret))
    await dialog.getByRole('button', { name: '启用' }).click()
    const kept = page.getByRole('dialog', { name: '请保存恢复码' }).getByRole('listitem')
    await expect(kept).toHaveCount(10)
    const codes = await kept.allTextContents()
    await page.getByRole('button', { name: '我已保存好' }).click()
    await expect(page.getByText('恢复码还剩 10 个')).toBeVisible()

    const other = await (await browser.newContext({ viewport: page.viewportSize(), locale: 'zh-CN' })).newPage()
    await knock(other, people.rep)
    await other.getByLabel('动态验证码或恢复码').fill('000000')
    await other.getByRole('button', { name: '进入' }).click()
    await expect(other.getByRole('alert')).toContainText('不正确')
    await other.getByLabel('动态验证码或恢复码').fill(codes[0] ?? '')
    await other.getByRole('button', { name: '进入' }).click()
    await expect(other.getByRole('navigation', { name: '菜单' })).toBeVisible()

    // The first device is told of it, and ends it.
    await page.goto('/')
    await expect(page.getByText('您的账号在新设备上登录了')).toBeVisible()
    await page.getByRole('button', { name: '不是我' }).click()
    // The last used stands first; other runs of the journeys may have left more.
    const theirs = page.locator('.devices li').filter({ hasNotText: '这台设备' })
    await expect(theirs.first()).toBeVisible()
    const before = await theirs.count()
    await theirs.first().getByRole('button', { name: '退出' }).click()
    await page.getByRole('tooltip').getByRole('button', { name: '退出' }).click()
    await expect(theirs).toHaveCount(before - 1)
    await other.reload()
    await expect(other).toHaveURL(/\/login/)
    await other.context().close()

    await page.getByRole('button', { name: '关闭两步验证' }).click()
    await page.getByRole('tooltip').getByRole('button', { name: '关闭两步验证' }).click()
    await expect(page.getByRole('button', { name: '设置两步验证' })).toBeVisible()
  })
})

test('a common password is refused with what to do instead', async ({ page }) => {
  await login(page, people.manager, '/account')
  await page.getByRole('button', { name: '修改密码' }).click()
  const dialog = page.getByRole('dialog', { name: '修改密码' })
  await dialog.getByLabel('当前密码').fill('changke-demo')
  await dialog.getByLabel('新密码').fill('qwertyuiop')
  await dialog.getByRole('button', { name: '修改密码' }).click()
  await expect(dialog.getByRole('alert')).toContainText('太常见')
})

test('an administrator: signing in for all, and where somebody is signed in', async ({ page }) => {
  await login(page, people.admin)
  await expect(page.getByText('总部账号需要两步验证')).toBeVisible()
  await page.getByRole('button', { name: '稍后' }).click()
  await expect(page.getByText('总部账号需要两步验证')).toHaveCount(0)
  await go(page, '登录安全')
  await page.getByLabel('宽限').fill('300')
  await answered(page, 'UpdateLoginPolicy', () => page.getByRole('button', { name: '保存' }).first().click())
  await page.getByLabel('登录服务地址').fill('https://127.0.0.1')
  await page.getByRole('button', { name: '测试' }).click()
  await expect(page.getByRole('alert')).toContainText('公网')
  await go(page, '员工')
  await rows(page).first().getByRole('link').first().click()
  await page.getByRole('button', { name: '登录的设备' }).click()
  await expect(page.getByRole('dialog')).toContainText(/退出|现在没有登录/)
})
