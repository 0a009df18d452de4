import { expect } from '@playwright/test'
import { go, login, onPhone, people, rows, test } from './console.ts'

test('a role is made, changed after a look at what changes, and deleted', async ({ page }) => {
  const name = onPhone(page) ? '试用角色甲' : '试用角色乙'
  await login(page, people.admin)
  await go(page, '权限')
  await page.getByRole('button', { name: '新建角色' }).click()
  await page.getByLabel('名称').fill(name)
  await page.getByRole('radiogroup', { name: '查看预定' }).getByRole('radio', { name: '本人的' }).check()
  await page.getByRole('button', { name: '查看改动并保存' }).click()
  await expect(page.getByRole('dialog')).toContainText('增加')
  await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
  await expect(page.getByText('仅本人的')).toBeVisible()
  await page.getByRole('button', { name: '删除角色' }).click()
  await page.getByRole('tooltip').getByRole('button', { name: '删除角色' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '权限' })).toBeVisible()
  await expect(rows(page).filter({ hasText: name })).toHaveCount(0)
})

test('nobody widens the role he holds himself', async ({ page }) => {
  await login(page, people.admin, '/roles/admin?edit=1')
  await expect(page.getByText('您自己也担任这个角色')).toBeVisible()
  await expect(page.getByRole('radiogroup', { name: '查看客户' }).getByRole('radio').last()).toBeDisabled()
})

test('a page without its right says who could give it', async ({ page }) => {
  await login(page, people.rep, '/board')
  await expect(page.getByText('有这项权限的角色')).toBeVisible()
  await expect(page.getByText('沈总安')).toBeVisible()
})
