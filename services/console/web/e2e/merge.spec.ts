import { expect } from '@playwright/test'
import { login, people, rows, test } from './console.ts'

test('head office merges two files of one guest, and makes two again (CUS-10)', async ({ page }) => {
  await login(page, people.office, '/customers')
  const guest = rows(page).filter({ hasText: '有效' })
  await guest.first().click()
  await expect(page).toHaveURL(/\/customers\/[0-9a-f-]+/)
  const file = page.url().split('?')[0]
  await page.goto(`${file}?tab=file`)
  await page.getByRole('button', { name: '合并档案' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('另一份档案').fill('王')
  await dialog.locator('.merge-found button').filter({ hasText: '通过' }).first().click()
  await expect(dialog.getByText('合并以后')).toBeVisible()
  await dialog.getByRole('button', { name: '合并', exact: true }).click()
  await expect(dialog.getByText('请写明怎样确认的')).toBeVisible()
  await dialog.getByLabel('怎样确认是同一位客人').fill('客人本人到店确认，两个号码都是他的')
  await dialog.getByRole('button', { name: '合并', exact: true }).click()
  await expect(dialog).toBeHidden()

  await page.goto(`${file}?tab=timeline`)
  await expect(page.getByText('并入了同一位客人的另一份档案').first()).toBeVisible()
  await page.getByRole('link', { name: '撤销合并' }).first().click()
  await page.getByRole('button', { name: '撤销合并' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '撤销合并' }).click()
  await expect(page.getByText('已撤销').first()).toBeVisible()
})
