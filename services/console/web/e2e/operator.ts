import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'

/** What the authenticator of the demo's operator shows now. */
export function digits(): string {
  const dir = process.env.CHANGKE_DATA_DIR ?? join(tmpdir(), 'changke-e2e')
  return execFileSync('bin/changke', ['operator', 'code', '--data-dir', dir], { cwd: '../../..', encoding: 'utf8', env: { PATH: process.env.PATH } }).trim()
}

/** Signs the operator in. A code counts once: where the one shown is used up, the next is tried when it comes. */
export async function operatorLogin(page: Page) {
  await page.goto('/operator')
  await expect(page.getByRole('heading', { name: '平台运营登录' })).toBeVisible()
  await expect(async () => {
    await page.getByLabel('运营账号').fill('operator')
    await page.getByLabel('密码').fill('demo-teahouse-demo')
    await page.getByLabel('动态码').fill(digits())
    await page.getByRole('button', { name: '登录' }).click()
    await expect(page.getByRole('navigation', { name: '运营菜单' })).toBeVisible({ timeout: 3_000 })
  }).toPass({ intervals: [9_000], timeout: 80_000 })
}
