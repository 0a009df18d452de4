import { randomUUID } from 'node:crypto'
import { expect, type Page } from '@playwright/test'
import { dayAfter } from './booking.ts'
import { changke } from './homes.ts'

/**
 * A sandbox: a chain of a journey's own, whose days go by when the journey says so. What it
 * uses up there is nobody else's, however often and at whatever width it walks. Its people
 * are A001, H001, H002 and, in 友谊店, the manager E102 and the waiter E104 郭娜.
 */
export function makePen() {
  const code = `pen-${randomUUID().slice(0, 8)}`
  const said = changke('sandbox', '--code', code)
  const password = /with password (\S+)/.exec(said)?.[1] ?? ''
  const key = /scopes: (\S+)/.exec(said)?.[1] ?? ''

  const call = async (page: Page, method: string, data: object, headers = {}) => {
    const answer = await page.request.post(`/changke.${method}`, { data, headers })
    expect(answer.ok(), `${method}: ${await answer.text()}`).toBeTruthy()
    return answer.json()
  }
  /** A call of the vendor's system. */
  const vendor = (page: Page, method: string, data: object = {}) => call(page, `pos.v1.${method}`, data, { authorization: `Bearer ${key}` })
  const today = async (page: Page) => (await vendor(page, 'SandboxService/GetSandbox')).sandbox.businessDate as string

  return {
    call, vendor, today,
    /** Comes in as somebody of the sandbox; who was there before asks no more. */
    async as(page: Page, login: string, to = '/') {
      await page.goto('about:blank')
      await page.context().clearCookies()
      await call(page, 'staff.v1.AuthService/Login', { tenantCode: code, login, password })
      await page.goto(to)
      await expect(page.getByRole('navigation', { name: '菜单' })).toBeVisible()
    },
    /** A bill of 友谊店's till, paid. */
    async bill(page: Page, billNo: string, businessDate: string, more: object = {}) {
      const bill = { storeCode: 'S01', source: 'pos', billNo, revision: 1, businessDate, mealPeriod: 'MEAL_PERIOD_LUNCH', closeTime: `${businessDate}T13:20:00+08:00`, amountFen: '31800', status: 'BILL_STATUS_PAID', ...more }
      expect(await vendor(page, 'PosService/RecordBills', { bills: [bill] })).toMatchObject({ results: [{ outcome: 'BILL_OUTCOME_RECORDED' }] })
    },
    /** Lets days go by; open: nobody declares them complete. */
    async move(page: Page, days: number, leaveOpen = false) {
      const there = dayAfter(await today(page), days)
      await vendor(page, 'SandboxService/MoveClock', { days, leaveOpen })
      await expect(async () => {
        const { sandbox } = await vendor(page, 'SandboxService/GetSandbox')
        expect(sandbox).toMatchObject({ businessDate: there, move: { state: 'SANDBOX_MOVE_STATE_DONE' } })
      }).toPass({ timeout: 240_000 })
    },
  }
}
