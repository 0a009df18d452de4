import { BookingService } from '@changke/gen/visit/v1/booking_service'
import { MealPeriod } from '@changke/gen/visit/v1/visit'
import { Code, createClient } from '@connectrpc/connect'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { fault } from '../fixtures/chain.ts'
import { id, today } from '../fixtures/data.ts'
import { open } from '../fixtures/open.tsx'

const row = async (guest: string) => (await screen.findByText(guest)).closest('li')!

test('a guest is seated in one tap, the row changes, and nothing pops up', async () => {
  const { user } = open('/bookings?view=list')
  const li = await row('欧阳建国')
  await user.click(within(li).getByRole('button', { name: '入座' }))
  expect(await screen.findByText('已入座', { selector: '.flash' })).toBeTruthy()
  await waitFor(async () => expect(within(await row('欧阳建国')).getByRole('button', { name: '离席' })).toBeTruthy())
})

test('a refused act stays at its row until it is closed', async () => {
  const { chain, user } = open('/bookings?view=list')
  const li = await row('欧阳建国')
  chain.failNext('SeatBooking', fault(Code.FailedPrecondition, 'booking.wrong_state', '这个预定的状态已经变了。'))
  await user.click(within(li).getByRole('button', { name: '入座' }))
  expect((await within(li).findByRole('alert')).textContent).toContain('req_7f3a9c21')
  await user.click(within(li).getByRole('button', { name: '关闭' }))
  expect(within(li).queryByRole('alert')).toBeNull()
})

test('a booking is called off with a reason', async () => {
  const { chain, user } = open('/bookings?view=list')
  const li = await row('孙先生')
  await user.click(within(li).getByRole('button', { name: '取消' }))
  const now = within(li).getByRole('button', { name: '取消这个预定' })
  expect(now.hasAttribute('disabled')).toBe(true)
  await user.type(within(li).getByRole('textbox'), '客人改期')
  await user.click(now)
  await waitFor(() => expect(chain.calls.find((c) => c.method === 'CancelBooking')?.input).toMatchObject({ reason: '客人改期' }))
})

test('what somebody wrote meanwhile is not written over: the latest is loaded, and what I changed stays', async () => {
  const { chain, user } = open('/bookings?view=list')
  await user.click(within(await row('欧阳建国')).getByRole('button', { name: '牡丹厅' }))
  await user.click(await screen.findByRole('button', { name: '修改' }))
  const guests = screen.getByLabelText<HTMLInputElement>('人数')
  await user.clear(guests)
  await user.type(guests, '14')
  const { booking } = await createClient(BookingService, chain.transport).getBooking({ id: id(6, 2) })
  await createClient(BookingService, chain.transport).updateBooking({ id: id(6, 2), baseVersion: booking!.version, guests: 10, note: '要安静的房间' })
  await user.click(screen.getByRole('button', { name: '保存' }))
  expect(await screen.findByText('这个预定刚刚被别人修改过，请载入最新内容后再改。')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '载入最新内容，保留我的修改' }))
  await waitFor(() => expect(screen.getByLabelText<HTMLTextAreaElement>('备注').value).toBe('要安静的房间'))
  expect(guests.value).toBe('14')
  await user.click(screen.getByRole('button', { name: '保存' }))
  await waitFor(() => expect(chain.calls.findLast((c) => c.method === 'UpdateBooking')?.input).toMatchObject({ guests: 14, note: '要安静的房间', baseVersion: 1 }))
})

test('what somebody changed meanwhile is not moved over', async () => {
  const { chain, user } = open('/bookings?view=list')
  await user.click(within(await row('欧阳建国')).getByRole('button', { name: '牡丹厅' }))
  await user.click(await screen.findByRole('button', { name: '改期 / 换台' }))
  await user.selectOptions(screen.getByLabelText('餐段'), '午市')
  await createClient(BookingService, chain.transport).updateBooking({ id: id(6, 2), baseVersion: 0, guests: 10 })
  await user.click(screen.getByRole('button', { name: '换过去' }))
  await user.click(await screen.findByRole('button', { name: '载入最新内容，保留我的修改' }))
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull())
  await user.click(screen.getByRole('button', { name: '换过去' }))
  await waitFor(() => expect(chain.calls.findLast((c) => c.method === 'MoveBooking')?.input).toMatchObject({ mealPeriod: MealPeriod.LUNCH, baseVersion: 1 }))
})

test('what the guests said of when they come holds for no other meal', async () => {
  const { chain, user } = open('/bookings?view=list')
  await user.click(within(await row('欧阳建国')).getByRole('button', { name: '牡丹厅' }))
  await user.click(await screen.findByRole('button', { name: '改期 / 换台' }))
  const arrive = screen.getByLabelText<HTMLInputElement>('预计到店')
  expect(arrive.value).toBe('18:45')
  await user.selectOptions(screen.getByLabelText('餐段'), '夜宵')
  expect(await screen.findByText(/原定 18:45 到，不在夜宵时段（21:00–04:00）/)).toBeTruthy()
  expect(arrive.value).toBe('')
  await user.type(arrive, '2230')
  await user.click(screen.getByRole('button', { name: '换过去' }))
  await waitFor(() => expect(chain.calls.findLast((c) => c.method === 'MoveBooking')?.input).toMatchObject({ mealPeriod: MealPeriod.SUPPER, arriveTime: '22:30' }))
})

test('a time of another meal is told while it is typed, and that meal is a tap away', async () => {
  const { user } = open('/bookings?view=list&new=1')
  const form = await screen.findByRole('dialog')
  await user.click(within(form).getByRole('radio', { name: '午市' }))
  await user.type(within(form).getByLabelText('预计到店'), '1845')
  await user.tab()
  await user.click(await within(form).findByRole('button', { name: '改为晚市' }))
  expect(within(form).getByRole<HTMLInputElement>('radio', { name: '晚市' }).checked).toBe(true)
  expect(within(form).queryByText(/不在/)).toBeNull()
})

test('who walks in for another meal than that of now is asked about, and sits today', async () => {
  const { chain, user } = open('/bookings?view=list&new=1&date=2099-01-01')
  const form = await screen.findByRole('dialog')
  await user.click(within(form).getByRole('radio', { name: '晚市' }))
  await user.click(within(form).getByRole('radio', { name: '到店' }))
  await user.click(await within(form).findByRole('button', { name: '改为午市' }))
  expect(within(form).getByRole<HTMLInputElement>('radio', { name: '午市' }).checked).toBe(true)
  expect(within(form).queryByText(/当即入座/)).toBeNull()
  await user.click(within(form).getByRole('button', { name: '登记并入座' }))
  await waitFor(() => expect(chain.calls.find((c) => c.method === 'CreateBooking')?.input).toMatchObject({ mealPeriod: MealPeriod.LUNCH, businessDate: today }))
})

test('the guest is known while the number is typed; one request id for one booking', async () => {
  const { chain, user } = open('/bookings?view=list&new=1')
  const number = await screen.findByLabelText('客人手机号')
  await user.type(number, '13800001237')
  await user.click(await screen.findByRole('button', { name: /欧阳建国/ }))
  expect(screen.getByLabelText<HTMLInputElement>('称呼').value).toBe('欧阳建国')
  chain.failNext('CreateBooking', fault(Code.FailedPrecondition, 'booking.room_taken', '这个房间这个餐段已经有人订了。', [{ field: 'resource_id', rule: 'VIS-10', message: '已被预定，请换一间。' }]))
  await user.click(screen.getByRole('button', { name: '登记预定' }))
  expect(await screen.findByText('已被预定，请换一间。')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: '登记预定' }))
  expect(await screen.findByText(/已登记/)).toBeTruthy()
  const ids = chain.calls.filter((c) => c.method === 'CreateBooking').map((c) => (c.input as { requestId: string }).requestId)
  expect(new Set(ids).size).toBe(1)
})
