import { expect, type Cookie, type Page } from '@playwright/test'
import { changke } from './homes.ts'

/** What the authenticator of the demo's operator shows now. */
const digits = () => changke('operator', 'code').trim()

/** The session of the operator's first login in this process: a code counts once, and the next is half a minute away. */
let kept: Cookie[] = []

/** Signs the operator in. Where the code that is shown is used up, the next is tried when it comes. */
export async function operatorLogin(page: Page) {
  await page.context().addCookies(kept)
  await page.goto('/operator')
  const menu = page.getByRole('navigation', { name: '运营菜单' })
  const inside = page.getByRole('button', { name: '开通企业' }).first() // the menu stands before it is known who asks
  const heading = page.getByRole('heading', { name: '平台运营登录' })
  await expect(inside.or(heading).first()).toBeVisible()
  if (kept.length > 0 && (await inside.isVisible())) return
  await expect(heading).toBeVisible()
  await expect(async () => {
    await page.getByLabel('运营账号').fill('operator')
    await page.getByLabel('密码').fill('demo-teahouse-demo')
    await page.getByLabel('动态码').fill(digits())
    await page.getByRole('button', { name: '登录' }).click()
    await expect(menu).toBeVisible({ timeout: 3_000 })
  }).toPass({ intervals: [9_000], timeout: 80_000 })
  kept = (await page.context().cookies()).filter((cookie) => cookie.name.startsWith('__Host-changke-operator'))
}
