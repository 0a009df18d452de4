import { expect } from '@playwright/test'
import { call, go, login, people, test } from './console.ts'

test('closed for works: the administrator enters it, the business days say so and wait for nothing (RUL-07)', async ({ page }, { project }) => {
  const code = `W${project.name === 'phone' ? 'P' : 'D'}${Date.now().toString(36)}`
  const name = `修缮店 ${code}`
  await login(page, people.admin)
  const made = await call(page.request, 'tenant.v1.TenantService/CreateStore', { code, name })
  expect(made.ok(), await made.text()).toBeTruthy()

  await page.goto(`/stores/${(await made.json()).store.store.id}`)
  await page.getByRole('link', { name: '停业', exact: true }).click()
  await page.getByRole('button', { name: '登记停业' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('原因').fill('大厅翻修')
  await dialog.getByRole('button', { name: '保存' }).click()
  await expect(page.getByText('大厅翻修')).toBeVisible()

  await go(page, '营业日')
  await page.getByRole('combobox', { name: '门店' }).selectOption({ label: name })
  const works = page.locator('.waits').filter({ hasText: '大厅翻修' })
  await expect(works).toContainText('停业的日子不等日结')
  await expect(page.getByText('营业日都完整')).toBeVisible()
})
