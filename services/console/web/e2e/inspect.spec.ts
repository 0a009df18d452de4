import { expect } from '@playwright/test'
import { book, here } from './booking.ts'
import { enter, login, loginAnew, onPhone, people, test } from './console.ts'

test('what was told in person waits for somebody whose it is not, who says what he found, once (VIS-03)', async ({ page }) => {
  const guest = onPhone(page) ? '公冶当面' : '宗政当面'
  await enter(page.request, people.rep)
  const { storeId, today } = await here(page.request)
  const booking = await book(page.request, { storeId, number: '13755560061', guestName: guest, businessDate: today })
  await login(page, people.rep, `/bookings?booking=${booking.id}`)
  const sheet = page.getByRole('dialog', { name: '预定详情' })
  await sheet.getByRole('button', { name: '通知', exact: true }).click()
  await sheet.getByRole('button', { name: '改为当面告知' }).click()
  await sheet.getByLabel('为什么发不了短信').fill('客人拒收短信')
  await sheet.getByRole('button', { name: '记为当面告知' }).click()
  await expect(sheet.getByText('待督察核实')).toBeVisible()
  await expect(sheet.getByRole('button', { name: '属实' })).toHaveCount(0) // not her own

  await loginAnew(page, people.office)
  await page.getByRole('link', { name: /次当面告知待核实/ }).click()
  const list = page.getByRole('dialog', { name: '待核实的当面告知' })
  const line = list.locator('.unchecked > li', { hasText: guest })
  await line.getByRole('button', { name: '存疑' }).click()
  await expect(line.getByText('请写明从哪里看出来')).toBeVisible()
  await line.getByLabel('从哪里核实的').fill('回访客人，客人说没有接到')
  await line.getByLabel('从哪里核实的').press('Enter') // says neither
  await line.getByRole('button', { name: '存疑' }).click()
  await expect(line).toHaveCount(0)

  await page.goto(`/bookings?booking=${booking.id}`)
  await expect(sheet.getByText('当面告知 · 核实存疑')).toBeVisible()
  await expect(sheet).toContainText('回访客人，客人说没有接到')
  await expect(sheet.getByRole('button', { name: '属实' })).toHaveCount(0) // once

  await loginAnew(page, people.rep, '/inbox')
  await expect(page.getByText('一次当面告知，核实存疑').first()).toBeVisible()
})
